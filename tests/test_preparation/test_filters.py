import pytest

from mcf.preparation.filters import Filters

EVERYTHING = dict(size=50, score=0.9, sharpness=80, roll=-20, turn=0.4, outside=0.1)
STRICT = dict(
    min_size=50, min_score=0.9, min_sharpness=80, max_roll=20, max_turn=0.4,
    max_outside=0.1,
)  # fmt: skip


def test_face_on_all_limits_passes():
    assert Filters(**STRICT).refuse_face(EVERYTHING) == ""


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("size", 49, "small: size 49, limit 50"),
        ("score", 0.89, "low score: score 0.89, limit 0.9"),
        ("sharpness", 79, "blurred: sharpness 79, limit 80"),
        ("roll", -21, "tilted: roll -21, limit 20"),
        ("roll", 21, "tilted: roll 21, limit 20"),
        ("turn", -0.5, "turned away: turn -0.5, limit 0.4"),
        ("outside", 0.2, "cut off: outside 0.2, limit 0.1"),
    ],
)
def test_face_beyond_a_limit_is_refused_with_the_number(name, value, reason):
    measures = EVERYTHING | {name: value}
    assert Filters(**STRICT).refuse_face(measures) == reason
    free = dict.fromkeys(STRICT)
    assert Filters(**free).refuse_face(measures) == ""


def test_unknown_number_passes():
    assert Filters(**STRICT).refuse_face({"size": 60, "roll": None}) == ""


def test_columns_must_hold_what_is_accepted():
    filters = Filters(columns={"NSFW": ("UNLIKELY", "UNSURE")})
    assert filters.refuse_image({"NSFW": "UNSURE"}) == ""
    assert filters.refuse_image({"NSFW": "NSFW"}) == "column NSFW: NSFW"
    assert filters.refuse_image({"LICENSE": "?"}) == "column NSFW: missing"
