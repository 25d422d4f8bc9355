"""Readers of the lists of global face tasks."""

from collections.abc import Callable
from pathlib import Path

from mcf import suite
from mcf.suite.bin_file import read_bin, read_image
from tests.replicas import global_tasks as replicas
from tests.test_fuzz.trial import Door


def listed(write: Callable[[Path], object], name: str) -> Callable[[Path], Path]:
    """Maker of one file of a replica."""

    def make(folder: Path) -> Path:
        write(folder)
        return folder / name

    return make


def read_lists(kind: type[suite.SuiteDataset], up: int = 0) -> Callable[[Path], None]:
    """Reader of a file that lies so many folders below the root."""

    def read(path: Path) -> None:
        kind(path.parents[up], lazy_init=True).read()

    return read


def read_pairs_of_bin(path: Path) -> None:
    pairs = read_bin(path)
    for place in pairs.images:
        assert len(read_image(path, place)) == place.size


def bin_file(folder: Path) -> Path:
    replicas.write_bin(folder / "lfw.bin", pairs=4)
    return folder / "lfw.bin"


SUITE_DOORS = {
    "pairs in .bin": Door(bin_file, read_pairs_of_bin),
    "UTKFace": Door(
        listed(replicas.write_utkface, "utk_train.csv"),
        read_lists(suite.UTKFace),
        named=("utk_train.csv", "utkface"),
    ),
    "LFW's pairs": Door(
        listed(replicas.write_lfw, "pairs.txt"),
        read_lists(suite.LFWPairs),
        named=("pairs.txt",),
    ),
    "CelebA's attributes": Door(
        listed(replicas.write_celeba, "Anno/list_attr_celeba.txt"),
        read_lists(suite.CelebA40, 1),
        named=("list_attr_celeba.txt",),
    ),
    "LFWA's labels": Door(
        listed(replicas.write_lfwa, "lfw_att_40.mat"),
        read_lists(suite.LFWA40),
        named=("lfw_att_40.mat",),
        most=200,
    ),
    "FairFace": Door(
        listed(replicas.write_fairface, "fairface_label_train.csv"),
        read_lists(suite.FairFace),
        named=("fairface_label_train.csv",),
    ),
    "Paplham's folders": Door(
        listed(replicas.write_paplham("AgeDB.json"), "AgeDB.json"),
        read_lists(suite.AgeDB),
        named=("AgeDB.json",),
        is_json=True,
    ),
    "RAF-DB": Door(
        listed(replicas.write_rafdb, "EmoLabel/list_patition_label.txt"),
        read_lists(suite.RAFDB, 1),
        named=("list_patition_label.txt",),
    ),
    "AffectNet": Door(
        listed(replicas.write_affectnet, "Manually_Annotated_file_lists/training.csv"),
        read_lists(suite.AffectNet7, 1),
        named=("training.csv",),
    ),
    "FERPlus": Door(
        listed(replicas.write_ferplus, "data/FER2013Train/label.csv"),
        read_lists(suite.FERPlus, 2),
        named=("label.csv",),
    ),
    "BIWI": Door(
        listed(replicas.write_biwi, "hpdb/01/frame_00003_pose.txt"),
        read_lists(suite.BIWI, 2),
    ),
    "CFP's pairs": Door(
        listed(replicas.write_cfp, "Protocol/Split/FP/02/same.txt"),
        read_lists(suite.CFPFP, 4),
        named=("same.txt",),
    ),
    "CFP's images": Door(
        listed(replicas.write_cfp, "Protocol/Pair_list_P.txt"),
        read_lists(suite.CFPFP, 1),
        named=("Pair_list_P.txt", "no image has the number"),
    ),
    "CALFW": Door(
        listed(
            replicas.write_cross_lfw("pairs_CALFW.txt", folds=True), "pairs_CALFW.txt"
        ),
        read_lists(suite.CALFW),
        named=("pairs_CALFW.txt",),
    ),
}
