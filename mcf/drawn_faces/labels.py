"""Classes of the label map: those of LaPa (protocol §3.1)."""

from enum import IntEnum


class Label(IntEnum):
    """LaPa class ids; left and right are the person's own.

    Ears, neck, clothes, occluding things and everything else are background.
    """

    BACKGROUND = 0
    SKIN = 1
    LEFT_BROW = 2
    RIGHT_BROW = 3
    LEFT_EYE = 4
    RIGHT_EYE = 5
    NOSE = 6
    UPPER_LIP = 7
    INNER_MOUTH = 8
    LOWER_LIP = 9
    HAIR = 10
