"""LaPa: 106 points (protocol §3.1)."""

from mcf.datasets.schemas.schema import LandmarkSchema, numbered_points, span

GROUPS = {
    "contour": span(0, 32),
    "left_brow": span(33, 41),
    "right_brow": span(42, 50),
    "nose_bridge": span(51, 54),
    "nose_base": span(55, 65),
    "left_eye": span(66, 73),
    "left_eye_centre": (74,),
    "right_eye": span(75, 82),
    "right_eye_centre": (83,),
    "outer_lips": span(84, 95),
    "inner_lips": span(96, 103),
    "left_pupil": (104,),
    "right_pupil": (105,),
}

SCHEMA = LandmarkSchema(
    name="lapa106",
    count=106,
    points=numbered_points(GROUPS),
    groups=GROUPS,
    swap_pairs=(
        *((index, 32 - index) for index in range(16)),
        *((index, 79 - index) for index in range(33, 38)),
        *((index, 88 - index) for index in range(38, 42)),
        *((index, 120 - index) for index in range(55, 60)),
        *((index, 145 - index) for index in range(66, 71)),
        (71, 82),
        (72, 81),
        (73, 80),
        (74, 83),
        (84, 90),
        (85, 89),
        (86, 88),
        (91, 95),
        (92, 94),
        (96, 100),
        (97, 99),
        (101, 103),
        (104, 105),
    ),
    normalisers={"interocular": ((66,), (79,)), "interpupil": ((104,), (105,))},
)
