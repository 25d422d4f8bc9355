"""Published lists of duplicate and defective samples of CelebAMask-HQ.

From the threads #84 and #5 of switchablenorms/CelebAMask-HQ (protocol §3.2); of the
second, the entries up to image 17586. They are users' findings, neither complete nor
confirmed by the authors. No benchmark leaves these images out, so nothing here does:
they are reported, so that odd scores of single images can be explained.
"""

DUPLICATES = (
    (234, 235),
    (3329, 3330),
    (5162, 5163),
    (6770, 6771),
    (7384, 7385),
    (7561, 7562),
    (12444, 12445),
    (12885, 12886),
    (13825, 13826),
    (15506, 15507),
    (19199, 19200),
    (20134, 20135),
    (24646, 24647),
)
"""Pairs of images that show the same photo."""

DEFECTS = {
    404: "mouth and lips are not labelled",
    481: "hair is incomplete",
    1499: "hair is too large",
    2110: "photo and masks are not aligned",
    2260: "hair is too large",
    2281: "hair is too large",
    2905: "hat is a useless label",
    3137: "hat is a useless label",
    4790: "hair, brows, left ear, eyes, nose, mouth, lips and neck are empty",
    4995: "skin does not fit the photo, hair is incomplete",
    5130: "hair is too large",
    5591: "hair is too large",
    5608: "hair is too large",
    9150: "cloth is a useless label",
    9895: "hat is a useless label",
    10184: "hair is too large",
    13008: "hat is incomplete",
    15587: "hat is a useless label",
    17586: "hair is incomplete",
}
"""What users found wrong, by image id."""
