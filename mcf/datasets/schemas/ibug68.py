"""iBUG-68: the points of 300W and of dlib (protocol §3.4, units §2.3)."""

from mcf.datasets.schemas.schema import LandmarkSchema, numbered_points, span

GROUPS = {
    "contour": span(0, 16),
    "left_brow": span(17, 21),
    "right_brow": span(22, 26),
    "nose_bridge": span(27, 30),
    "nose_base": span(31, 35),
    "left_eye": span(36, 41),
    "right_eye": span(42, 47),
    "outer_lips": span(48, 59),
    "inner_lips": span(60, 67),
}

SCHEMA = LandmarkSchema(
    name="ibug68",
    count=68,
    points=numbered_points(GROUPS),
    groups=GROUPS,
    swap_pairs=(
        *((index, 16 - index) for index in range(8)),
        *((index, 43 - index) for index in range(17, 22)),
        (31, 35),
        (32, 34),
        (36, 45),
        (37, 44),
        (38, 43),
        (39, 42),
        (40, 47),
        (41, 46),
        (48, 54),
        (49, 53),
        (50, 52),
        (55, 59),
        (56, 58),
        (60, 64),
        (61, 63),
        (65, 67),
    ),
    normalisers={
        "interocular": ((36,), (45,)),
        "interpupil": (GROUPS["left_eye"], GROUPS["right_eye"]),
    },
)
