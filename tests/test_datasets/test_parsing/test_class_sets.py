import numpy as np
import pytest

from mcf.datasets.parsing.class_sets import (
    CELEBAMASK_HQ,
    CLASS_SETS,
    LAPA,
    ClassSet,
    get_class_set,
    get_order,
    unknown_ids,
)


@pytest.mark.parametrize("known", CLASS_SETS.values(), ids=CLASS_SETS)
def test_known_sets_are_consistent(known):
    assert known.classes[0] == "background" and known.palette[0] == (0, 0, 0)
    assert len(set(known.palette)) == len(known.classes)
    for left, right in known.swap_pairs:
        names = known.classes[left], known.classes[right]
        swapped = {"left": "right", "l": "r"}
        side, _, rest = names[0].partition("_")
        assert names[1] == f"{swapped[side]}_{rest}"


def test_lapa_swaps_brows_and_eyes():
    assert len(LAPA.classes) == 11
    assert LAPA.swap_pairs == ((2, 3), (4, 5))


def test_celebamask_hq_orders_have_the_published_ids():
    farl, official = CELEBAMASK_HQ["farl"], CELEBAMASK_HQ["official"]
    assert len(farl.classes) == 19 and sorted(farl.classes) == sorted(official.classes)
    ids = {name: farl.classes.index(name) for name in farl.classes}
    assert (ids["neck"], ids["skin"], ids["hair"], ids["neck_l"]) == (1, 2, 14, 18)
    ids = {name: official.classes.index(name) for name in official.classes}
    assert (ids["neck"], ids["skin"], ids["hair"], ids["neck_l"]) == (17, 1, 13, 16)


@pytest.mark.parametrize("order", ["farl", "official"])
def test_celebamask_hq_swaps_ears_brows_and_eyes(order):
    known = CELEBAMASK_HQ[order]
    names = {
        frozenset((known.classes[a], known.classes[b])) for a, b in known.swap_pairs
    }
    assert names == {
        frozenset(("l_ear", "r_ear")),
        frozenset(("l_brow", "r_brow")),
        frozenset(("l_eye", "r_eye")),
    }


def test_a_class_keeps_its_colour_in_both_orders():
    farl, official = CELEBAMASK_HQ["farl"], CELEBAMASK_HQ["official"]
    colours = dict(zip(farl.classes, farl.palette))
    assert colours == dict(zip(official.classes, official.palette))


def test_class_list_may_be_a_text_file(tmp_path):
    (tmp_path / "classes.txt").write_text("background\nl_eye\n\n r_eye\n")
    source = dict(
        name="mine",
        classes=str(tmp_path / "classes.txt"),
        swap_names=[["l_eye", "r_eye"]],
    )
    known = get_class_set(source)
    assert known.classes == ("background", "l_eye", "r_eye")
    assert known.metainfo()["label_pairs"] == [[1, 2]]


def test_missing_class_file_and_nameless_set_name_value_and_remedy(tmp_path):
    path = str(tmp_path / "classes.txt")
    with pytest.raises(
        FileNotFoundError, match=rf"no class list '{path}': set class_set\.classes"
    ):
        get_class_set(dict(name="mine", classes=path))
    for source in (dict(classes=["background", "skin"]), dict(name="mine")):
        with pytest.raises(ValueError, match=r"class_set=\{.* must have a name, .*and"):
            get_class_set(source)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (dict(classes=["background"]), "2 to 255"),
        (dict(classes=["background", "skin", "skin"]), "different names"),
        (dict(classes=["background", "a"], swap_names=[["a", "b"]]), "must pair"),
        (
            dict(classes=["x", "a", "b"], swap_names=[["a", "b"], ["b", "a"]]),
            "at most once",
        ),
        (dict(classes=["background", "a"], palette=[(0, 0, 0)]), "1 colours for 2"),
    ],
)
def test_wrong_class_sets_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        get_class_set(dict(name="mine", **settings))


def test_unknown_names_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'lapa2'.*celebamask_hq_farl"):
        get_class_set("lapa2")
    with pytest.raises(ValueError, match=r"'frl'.*'official'"):
        get_order("frl")


def test_a_class_set_is_frozen():
    with pytest.raises(AttributeError):
        LAPA.name = "other"
    assert isinstance(LAPA, ClassSet)


def test_unknown_ids_are_listed_in_order():
    assert unknown_ids(np.array([3, 0, -1, 200, 3]), 3) == [-1, 3, 200]
    assert unknown_ids(np.array([0, 2]), 3) == []
    assert unknown_ids(np.zeros((0, 4)), 3) == []
