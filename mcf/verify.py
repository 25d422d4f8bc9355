"""Checks of official downloads by the name of the set."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from mcf.datasets.verify_report import SplitReport

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

LABELLED_SETS = {
    "300w_lp": "Pose300WLP",
    "affectnet7": "AffectNet7",
    "aflw2000": "AFLW2000",
    "agedb": "AgeDB",
    "biwi": "BIWI",
    "celeba": "CelebA40",
    "celebamask_hq_attributes": "CelebAMaskHQAttributes",
    "ckplus48": "CKPlus48",
    "cofw_occlusion": "COFWOcclusion",
    "fairface": "FairFace",
    "ferplus": "FERPlus",
    "lfwa": "LFWA40",
    "morph2": "MORPH2",
    "morph_paplham": "MORPHPaplham",
    "rafdb": "RAFDB",
    "utkface": "UTKFace",
    "utkface_paplham": "UTKFacePaplham",
}
"""Classes of mcf.suite with a label a face."""

PAIR_SETS = {
    "agedb_30": "AgeDB30",
    "calfw": "CALFW",
    "cfp_fp": "CFPFP",
    "cplfw": "CPLFW",
    "lfw": "LFWPairs",
}
"""Classes of mcf.suite with pairs of faces."""


def known_sets() -> list[str]:
    """Names that :func:`verify` knows."""
    return sorted([*LANDMARK_SETS, *PARSING_SETS, *LABELLED_SETS, *PAIR_SETS])


def verify(
    name: str,
    root: str | Path,
    *,
    images: Sequence[str | Path] | None = None,
    workers: int = 4,
) -> list[SplitReport]:
    """Check a download.

    Args:
        name: One of :func:`known_sets`.
        root: Its folder.
        images: Folders or tar shards of the images, of sets of global tasks only, where
            they do not lie in the root.
        workers: Threads that decode images.

    Returns:
        A report for each split of the set.

    Raises:
        ValueError: If the set is unknown or has its images in the root only, or the
            list of its splits is damaged.
        FileNotFoundError: If the root is no folder.
        ImportError: If the reader of its files is missing.
    """
    if name not in known_sets():
        raise ValueError(f"no set {name!r}; there are {', '.join(known_sets())}")
    if not Path(root).is_dir():
        raise FileNotFoundError(f"no folder {str(root)!r}")
    if name in LABELLED_SETS or name in PAIR_SETS:
        from mcf import suite
        from mcf.suite.verify_suite import verify_labelled, verify_pairs

        check = verify_pairs if name in PAIR_SETS else verify_labelled
        kind = getattr(suite, (LABELLED_SETS | PAIR_SETS)[name])
        return check(kind, root, images=images, workers=workers)
    if images is not None:
        raise ValueError(f"images of {name} lie in its root; leave out `images`")
    if name in PARSING_SETS:
        function = PARSING_SETS[name]
        module = import_module(f"mcf.datasets.parsing.{function}")
        return getattr(module, function)(root, workers=workers)
    from mcf.datasets import landmarks
    from mcf.datasets.landmarks.verify_landmarks import verify_landmarks

    return verify_landmarks(
        getattr(landmarks, LANDMARK_SETS[name]), root, workers=workers
    )
