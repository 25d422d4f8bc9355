"""Class lists of parsing benchmarks: ids, colours and left/right pairs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mcf.utils.declared import CLASS_SET

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class ClassSet:
    """What the ids of a benchmark's masks mean.

    Attributes:
        name: Name of the benchmark, for tables.
        classes: Class names; the index is the id, 0 is the background.
        palette: RGB of each class; empty for colours that are chosen by the ids.
        swap_names: Classes that trade places when a face is mirrored.

    Raises:
        ValueError: If names repeat or are fewer than two, a pair names no classes,
            or the palette has another length.
    """

    name: str
    classes: tuple[str, ...]
    palette: tuple[Colour, ...] = ()
    swap_names: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        known = set(self.classes)
        if not 2 <= len(known) == len(self.classes) <= 255:
            raise ValueError(
                f"{self.name}: classes must be 2 to 255 different names, background "
                f"first, not {list(self.classes)}"
            )
        paired = [name for pair in self.swap_names for name in pair]
        if not set(paired) <= known or len(set(paired)) < len(paired):
            raise ValueError(
                f"{self.name}: swap_names {list(self.swap_names)} must pair classes, "
                f"each at most once; the classes are {list(self.classes)}"
            )
        if self.palette and len(self.palette) != len(self.classes):
            raise ValueError(
                f"{self.name}: {len(self.palette)} colours for "
                f"{len(self.classes)} classes"
            )

    @property
    def swap_pairs(self) -> tuple[tuple[int, int], ...]:
        """Ids of the classes that trade places."""
        return tuple(
            (self.classes.index(left), self.classes.index(right))
            for left, right in self.swap_names
        )

    @property
    def colours(self) -> tuple[Colour, ...]:
        """RGB of each class; where none are given, those mmsegmentation would draw."""
        if self.palette:
            return self.palette
        drawn = np.random.RandomState(42).randint(0, 255, (len(self.classes), 3))
        return tuple(tuple(colour) for colour in drawn.tolist())

    def metainfo(self) -> dict:
        """Meta information for data sets of mmsegmentation."""
        return {
            "classes": list(self.classes),
            "palette": [list(colour) for colour in self.colours],
            "label_pairs": [list(pair) for pair in self.swap_pairs],
        }


LAPA = ClassSet(
    name="LaPa",
    classes=(
        "background",
        "skin",
        "left_eyebrow",
        "right_eyebrow",
        "left_eye",
        "right_eye",
        "nose",
        "upper_lip",
        "inner_mouth",
        "lower_lip",
        "hair",
    ),
    palette=(
        (0, 0, 0),
        (0, 153, 255),
        (102, 255, 153),
        (0, 204, 153),
        (255, 255, 102),
        (255, 255, 204),
        (255, 153, 0),
        (255, 102, 255),
        (102, 0, 51),
        (255, 204, 255),
        (255, 0, 102),
    ),
    swap_names=(("left_eyebrow", "right_eyebrow"), ("left_eye", "right_eye")),
)
"""LaPa's 11 classes and colours (protocol §3.1)."""

CELEBAMASK_HQ_COLOURS: dict[str, Colour] = {
    "background": (0, 0, 0),
    "skin": (204, 0, 0),
    "nose": (76, 153, 0),
    "eye_g": (204, 204, 0),
    "l_eye": (51, 51, 255),
    "r_eye": (204, 0, 204),
    "l_brow": (0, 255, 255),
    "r_brow": (255, 204, 204),
    "l_ear": (102, 51, 0),
    "r_ear": (255, 0, 0),
    "mouth": (102, 204, 0),
    "u_lip": (255, 255, 0),
    "l_lip": (0, 0, 153),
    "hair": (0, 0, 204),
    "hat": (255, 51, 153),
    "ear_r": (0, 204, 204),
    "neck_l": (0, 51, 0),
    "neck": (255, 153, 51),
    "cloth": (0, 204, 0),
}
"""RGB of each class of CelebAMask-HQ, in the official order of ids."""

FARL_ORDER = (
    "background neck skin cloth l_ear r_ear l_brow r_brow l_eye r_eye nose mouth "
    "l_lip u_lip hair eye_g hat ear_r neck_l"
)
OFFICIAL_ORDER = " ".join(CELEBAMASK_HQ_COLOURS)


def _celebamask_hq(name: str, order: str) -> ClassSet:
    classes = tuple(order.split())
    return ClassSet(
        name=f"CelebAMask-HQ, {name} order",
        classes=classes,
        palette=tuple(CELEBAMASK_HQ_COLOURS[part] for part in classes),
        swap_names=(("l_ear", "r_ear"), ("l_brow", "r_brow"), ("l_eye", "r_eye")),
    )


CELEBAMASK_HQ = {
    "farl": _celebamask_hq("FaRL", FARL_ORDER),
    "official": _celebamask_hq("official", OFFICIAL_ORDER),
}
"""CelebAMask-HQ's 19 classes in the two orders of painting (protocol §2.4, §3.2).

The id of a class is its turn when parts are painted over each other, so the orders
differ in pixels as well as in ids: they are two benchmarks. In FaRL's order the
necklace lies over the neck, in the official one under it. ``l_`` is the person's
left, to the right in the image.
"""

CLASS_SETS = {
    "lapa": LAPA,
    "celebamask_hq_farl": CELEBAMASK_HQ["farl"],
    "celebamask_hq_official": CELEBAMASK_HQ["official"],
}


def get_class_set(source: str | dict) -> ClassSet:
    """A class set by its name in ``CLASS_SETS``, or a new one from a config.

    Args:
        source: The name, or the arguments of :class:`ClassSet`, where ``classes``
            may be the path of a text file with one name a line.

    Raises:
        FileNotFoundError: If the text file is missing.
        ValueError: If there is none of this name, or the arguments are wrong.
    """
    if not isinstance(source, str) and not {"name", "classes"} <= source.keys():
        raise ValueError(
            f"class_set={dict(source)} must have a name, for tables, and classes: a "
            "list or a text file of one name a line"
        )
    if isinstance(source, str):
        if source not in CLASS_SETS:
            raise ValueError(
                f"no class set {source!r}; name one of {', '.join(CLASS_SETS)} or give "
                "dict(name=..., classes=[...])"
            )
        return CLASS_SETS[source]
    classes = source["classes"]
    if isinstance(classes, str):
        if not Path(classes).is_file():
            raise FileNotFoundError(
                f"no class list {classes!r}: set class_set.classes to the file, for it "
                "does not follow data_root, or to a list of names"
            )
        lines = Path(classes).read_text(encoding="utf-8").splitlines()
        classes = [line.strip() for line in lines if line.strip()]
    return ClassSet(
        name=source["name"],
        classes=tuple(classes),
        palette=tuple(tuple(colour) for colour in source.get("palette", ())),
        swap_names=tuple(tuple(pair) for pair in source.get("swap_names", ())),
    )


def declared_class_set(source: object) -> ClassSet:
    """A class set from a file: a published name, or names and colours themselves.

    Raises:
        ValueError: If it is neither; never is a path read that the file names.
    """
    if not isinstance(source, str):
        source = CLASS_SET(source, "class_set")
    return get_class_set(source)


def get_order(name: str) -> ClassSet:
    """CelebAMask-HQ's class set in an order of painting.

    Raises:
        ValueError: If there is no such order.
    """
    if name not in CELEBAMASK_HQ:
        raise ValueError(
            f"no composition order {name!r}; name 'farl' (necklace over neck, the one "
            "of FaRL and SegFace) or 'official' (neck over necklace): they are two "
            "benchmarks"
        )
    return CELEBAMASK_HQ[name]


def unknown_ids(labels: np.ndarray, num_classes: int) -> list[int]:
    """Ids that occur but are not 0 … ``num_classes`` - 1, in order."""
    if labels.size == 0 or (labels.min() >= 0 and labels.max() < num_classes):
        return []
    ids = np.unique(labels)
    return ids[(ids < 0) | (ids >= num_classes)].tolist()
