"""AFLW-19: the points of AFLW without the ears (protocol §3.5, units §2.3)."""

from mcf.datasets.schemas.schema import LandmarkSchema, span

SCHEMA = LandmarkSchema(
    name="aflw19",
    count=19,
    points=(
        "left_brow_outer",
        "left_brow_centre",
        "left_brow_inner",
        "right_brow_inner",
        "right_brow_centre",
        "right_brow_outer",
        "left_eye_outer",
        "left_eye_centre",
        "left_eye_inner",
        "right_eye_inner",
        "right_eye_centre",
        "right_eye_outer",
        "nose_left",
        "nose_tip",
        "nose_right",
        "mouth_left",
        "mouth_centre",
        "mouth_right",
        "chin",
    ),
    groups={
        "left_brow": span(0, 2),
        "right_brow": span(3, 5),
        "left_eye": span(6, 8),
        "right_eye": span(9, 11),
        "nose": span(12, 14),
        "mouth": span(15, 17),
        "chin": (18,),
    },
    swap_pairs=(
        *((index, 5 - index) for index in range(3)),
        *((index, 17 - index) for index in range(6, 9)),
        (12, 14),
        (15, 17),
    ),
    normalisers={"interocular": ((6,), (11,)), "interpupil": ((7,), (10,))},
)
