"""WFLW: 98 points (protocol §3.3, units §2.3)."""

from mcf.datasets.schemas.schema import LandmarkSchema, numbered_points, span

GROUPS = {
    "contour": span(0, 32),
    "left_brow": span(33, 41),
    "right_brow": span(42, 50),
    "nose_bridge": span(51, 54),
    "nose_base": span(55, 59),
    "left_eye": span(60, 67),
    "right_eye": span(68, 75),
    "outer_lips": span(76, 87),
    "inner_lips": span(88, 95),
    "left_pupil": (96,),
    "right_pupil": (97,),
}

SCHEMA = LandmarkSchema(
    name="wflw98",
    count=98,
    points=numbered_points(GROUPS),
    groups=GROUPS,
    swap_pairs=(
        *((index, 32 - index) for index in range(16)),
        *((index, 79 - index) for index in range(33, 38)),
        *((index, 88 - index) for index in range(38, 42)),
        (55, 59),
        (56, 58),
        *((index, 132 - index) for index in range(60, 65)),
        (65, 75),
        (66, 74),
        (67, 73),
        (76, 82),
        (77, 81),
        (78, 80),
        (83, 87),
        (84, 86),
        (88, 92),
        (89, 91),
        (93, 95),
        (96, 97),
    ),
    normalisers={"interocular": ((60,), (72,)), "interpupil": ((96,), (97,))},
)
