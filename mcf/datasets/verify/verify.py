"""Checks of official downloads by the name of the set."""

from importlib import import_module
from pathlib import Path

from mcf.datasets.verify.report import SplitReport

LANDMARK_SETS = {
    "aflw19": "AFLW19",
    "300w": "IBUG300W",
    "wflw": "WFLW98",
    "cofw": "COFW29",
    "lapa106": "LaPa106",
}
"""Classes of mcf.datasets.landmarks, which is imported only when asked for."""
PARSING_SETS = {"lapa": "verify_lapa", "celebamask_hq": "verify_celebamask_hq"}
"""Modules of mcf.datasets.parsing, each with a function of the same name."""


def known_sets() -> list[str]:
    """Names that :func:`verify` knows."""
    return sorted([*LANDMARK_SETS, *PARSING_SETS])


def verify(name: str, root: str | Path, *, workers: int = 4) -> list[SplitReport]:
    """Check a download.

    Args:
        name: One of :func:`known_sets`.
        root: Its folder.
        workers: Threads that decode images.

    Returns:
        A report for each split of the set.

    Raises:
        ValueError: If the set is unknown, or the list of its splits is damaged.
        FileNotFoundError: If the root is no folder.
        ImportError: If the reader of its files is missing.
    """
    if name not in known_sets():
        raise ValueError(f"no set {name!r}; there are {', '.join(known_sets())}")
    if not Path(root).is_dir():
        raise FileNotFoundError(f"no folder {str(root)!r}")
    if name in PARSING_SETS:
        function = PARSING_SETS[name]
        module = import_module(f"mcf.datasets.parsing.{function}")
        return getattr(module, function)(root, workers=workers)
    from mcf.datasets import landmarks
    from mcf.datasets.landmarks.verify_landmarks import verify_landmarks

    return verify_landmarks(
        getattr(landmarks, LANDMARK_SETS[name]), root, workers=workers
    )
