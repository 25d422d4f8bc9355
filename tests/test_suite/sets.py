"""Every data set of a global task with its replica."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from mcf import suite
from tests.replicas import global_tasks as replicas
from tests.replicas.cofw29 import write_cofw29


class Labelled(NamedTuple):
    """A data set of labelled faces.

    Attributes:
        kind: Its class.
        write: Writer of the replica.
        counts: Faces of each split of the replica's first fold.
    """

    kind: type[suite.FaceTaskDataset]
    write: Callable[[Path], object]
    counts: dict[str, int]


LABELLED = {
    "utkface": Labelled(suite.UTKFace, replicas.write_utkface, dict(train=3, test=2)),
    "celeba": Labelled(
        suite.CelebA40, replicas.write_celeba, dict(train=2, val=1, test=1)
    ),
    "lfwa": Labelled(suite.LFWA40, replicas.write_lfwa, dict(train=3, test=2)),
    "celebamask_hq_attributes": Labelled(
        suite.CelebAMaskHQAttributes,
        replicas.write_celebamask_attributes,
        dict(train=1, val=1, test=1),
    ),
    "fairface": Labelled(
        suite.FairFace, replicas.write_fairface, dict(train=2, test=1)
    ),
    "morph2": Labelled(suite.MORPH2, replicas.write_morph2, dict(train=2, test=1)),
    "agedb": Labelled(
        suite.AgeDB, replicas.write_paplham("AgeDB.json"), dict(train=6, val=2, test=2)
    ),
    "utkface_paplham": Labelled(
        suite.UTKFacePaplham,
        replicas.write_paplham("UTKFace_aligned.json"),
        dict(train=6, val=2, test=2),
    ),
    "morph_paplham": Labelled(
        suite.MORPHPaplham,
        replicas.write_paplham("MORPH.json"),
        dict(train=6, val=2, test=2),
    ),
    "rafdb": Labelled(suite.RAFDB, replicas.write_rafdb, dict(train=2, test=1)),
    "affectnet7": Labelled(
        suite.AffectNet7, replicas.write_affectnet, dict(train=2, test=1)
    ),
    "ferplus": Labelled(
        suite.FERPlus, replicas.write_ferplus, dict(train=1, val=0, test=1)
    ),
    "ckplus48": Labelled(suite.CKPlus48, replicas.write_ckplus, dict(train=10, test=3)),
    "300w_lp": Labelled(suite.Pose300WLP, replicas.write_300w_lp, dict(train=6)),
    "aflw2000": Labelled(suite.AFLW2000, replicas.write_aflw2000, dict(test=2)),
    "biwi": Labelled(suite.BIWI, replicas.write_biwi, dict(test=2)),
    "cofw_occlusion": Labelled(
        suite.COFWOcclusion, write_cofw29, dict(train=4, test=2)
    ),
}
NEED_H5PY = ("lfwa", "cofw_occlusion")

PAIRS = {
    "lfw": (suite.LFWPairs, replicas.write_lfw),
    "cfp_fp": (suite.CFPFP, replicas.write_cfp),
    "calfw": (suite.CALFW, replicas.write_cross_lfw("pairs_CALFW.txt", folds=True)),
    "cplfw": (suite.CPLFW, replicas.write_cross_lfw("pairs_CPLFW.txt", folds=False)),
    "agedb_30": (suite.AgeDB30, replicas.write_agedb30),
}
"""Class and writer of each set of pairs; replicas have ten pairs of each kind."""
