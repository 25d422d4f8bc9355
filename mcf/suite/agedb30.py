"""AgeDB-30: pairs that are 30 years apart."""

from mcf.registry import DATASETS
from mcf.suite.pairs import FacePairDataset


@DATASETS.register_module()
class AgeDB30(FacePairDataset):
    """AgeDB-30, 6,000 pairs, in insightface's ``agedb_30.bin`` only."""

    NAME = "agedb_30"
    BIN = "agedb_30.bin"
    SITE = "insightface's evaluation files (github.com/deepinsight/insightface)"
    LICENCE = "AgeDB is on request; non-commercial research"
    PROTOCOL = "10 folds of 300 + 300 pairs, 30 years apart"
