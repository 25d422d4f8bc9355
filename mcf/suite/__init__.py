"""Data sets of the benchmark: age, attributes, expression, pose, identity."""

from .affectnet import AffectNet7
from .agedb30 import AgeDB30
from .base import FaceTaskDataset, SuiteDataset
from .bin_file import BinPairs, read_bin
from .biwi import BIWI
from .celeba import CelebA40
from .celebamask_attributes import CelebAMaskHQAttributes
from .cfp import CFPFP
from .ckplus48 import CKPlus48
from .cofw_occlusion import COFWOcclusion
from .cross_lfw import CALFW, CPLFW
from .fairface import FairFace
from .ferplus import FERPlus
from .image_places import ImagePlaces
from .lfw import LFWPairs
from .lfwa import LFWA40
from .morph2 import MORPH2
from .pairs import FacePairDataset, FacePairs, PairRecord
from .paplham import AgeDB, MORPHPaplham, PaplhamAges, UTKFacePaplham
from .pose_300w_lp import AFLW2000, Pose300WLP, PoseDataset
from .pose_transforms import LooseCrop, PoseFlip
from .rafdb import RAFDB
from .record import FaceRecord, decade
from .task import Task
from .utkface import UTKFace

__all__ = [
    "AFLW2000",
    "BIWI",
    "CALFW",
    "CFPFP",
    "CPLFW",
    "LFWA40",
    "MORPH2",
    "RAFDB",
    "AffectNet7",
    "AgeDB",
    "AgeDB30",
    "BinPairs",
    "CKPlus48",
    "COFWOcclusion",
    "CelebA40",
    "CelebAMaskHQAttributes",
    "FERPlus",
    "FacePairDataset",
    "FacePairs",
    "FaceRecord",
    "FaceTaskDataset",
    "FairFace",
    "ImagePlaces",
    "LFWPairs",
    "LooseCrop",
    "MORPHPaplham",
    "PairRecord",
    "PaplhamAges",
    "Pose300WLP",
    "PoseDataset",
    "PoseFlip",
    "SuiteDataset",
    "Task",
    "UTKFace",
    "UTKFacePaplham",
    "decade",
    "read_bin",
]
