"""Every reader of files that come from elsewhere."""

import json
import shutil
from pathlib import Path

import numpy as np

from mcf.checkpoint import CheckpointFile
from mcf.datasets.landmarks import WFLW98, LandmarkFile
from mcf.datasets.landmarks.aflw19 import AFLW19
from mcf.datasets.landmarks.cofw29 import COFW29
from mcf.datasets.landmarks.detected_boxes import DetectedBoxes
from mcf.datasets.landmarks.point_files import read_pts
from mcf.datasets.parsing.celebamask_hq_files import MAPPING, read_part, read_splits
from mcf.datasets.parsing.lapa_files import read_landmarks
from mcf.datasets.parsing.mask_files import read_mask
from mcf.datasets.parsing.mask_manifest import read_manifest
from mcf.datasets.stores import LMDBStore, TarStore
from mcf.detection import BoxesFromFile, build_box_index
from mcf.detection.source_image import SourceImage
from mcf.inference.result import FaceResult
from mcf.preparation.check import check_store
from mcf.preparation.job import record_job
from mcf.preparation.sources import FileList, TarShards
from mcf.preparation.store import StoreOptions, combine, read_facts
from mcf.utils.decoding import BadImageError, decode_image
from tests.test_fuzz.damage import repair_png, repair_tar
from tests.test_fuzz.files import (
    BOXES,
    COCO,
    DETECTED,
    DLIB,
    FORMATS,
    LANDMARKS,
    PTS,
    SPLITS,
    aflw_mat,
    box_index,
    checkpoint,
    cofw_mat,
    face_result,
    job_file,
    laion_boxes,
    lmdb_file,
    mask,
    mask_manifest,
    parquet_list,
    picture,
    prepared,
    tar_shard,
    wflw_list,
    written,
)
from tests.test_fuzz.suite_doors import SUITE_DOORS
from tests.test_fuzz.trial import Door
from tests.test_preparation.prepared import make_job

LIMITS = {"min_size": 8, "max_pixels": 10**7, "max_aspect": 8.0}


def read_tar(path: Path) -> None:
    store = TarStore(path)
    for index in range(len(store)):
        store.read(index)


def prepare_tar(path: Path) -> None:
    source = TarShards(str(path))
    images = list(source.images(source.unit(0)))
    good = [image for image in images if not image.problem]
    assert all(image.data is not None for image in good)
    for image in images[:-1]:
        assert not image.problem or image.problem.startswith("too large")


def read_lmdb(path: Path) -> None:
    store = LMDBStore(path.parent)
    for index in range(len(store)):
        store.read(index)


def combine_stores(path: Path) -> None:
    target = path.parent.with_name("combined")
    shutil.rmtree(target, ignore_errors=True)
    combine([path.parent], target, StoreOptions(near=3, where="size > 1"))


def check(path: Path) -> None:
    faces, problems = check_store(path.parent)
    assert faces >= 0
    assert all(isinstance(problem, str) for problem in problems)


def read_job(path: Path) -> None:
    record_job(make_job(path.parent / "in"), path)


def find_boxes(path: Path) -> None:
    find = BoxesFromFile(str(path.parent)).open()
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        try:
            find(np.zeros((9, 9, 3), np.uint8), SourceImage(name))
        except BadImageError:
            continue
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error  # becomes an image's row


def read_list(path: Path) -> None:
    source = FileList(str(path))
    for index in range(len(source)):
        list(source.images(source.unit(index)))


def read_result(path: Path) -> None:
    result = FaceResult.from_json(path.read_bytes())
    again = FaceResult.from_json(result.to_json())
    assert again.size == result.size
    for face in range(len(result)) if result.parsing else ():
        result.mask(face)


def read_landmark_file(path: Path) -> None:
    LandmarkFile(path.parent, path.name, schema="ibug68", box="annotated").full_init()


def read_cofw(path: Path) -> None:
    faces = COFW29(path.parent, split="test", lazy_init=True)
    for face in faces.read()[:3]:
        assert faces.image_fields(face.image)["img"].dtype == np.uint8


def decode(path: Path) -> None:
    image = decode_image(path.read_bytes(), **LIMITS)
    assert image.dtype == np.uint8
    assert image.ndim == 3
    assert image.shape[0] * image.shape[1] <= LIMITS["max_pixels"]


def read_checkpoint(path: Path) -> None:
    file = CheckpointFile(path)
    assert file.state() and file.meta is not None


DOORS = {
    "tar store": Door(tar_shard, read_tar, repair=repair_tar),
    "tar source": Door(tar_shard, prepare_tar, repair=repair_tar),
    "LMDB": Door(lmdb_file, read_lmdb, errors=(OSError,)),
    "manifest, combined": Door(prepared("manifest.parquet"), combine_stores),
    "manifest, checked": Door(prepared("manifest.parquet"), check),
    "shard, checked": Door(
        prepared("faces-00000.tar"), check, named=("faces",), repair=repair_tar
    ),
    "facts, read": Door(
        prepared("store.json"), lambda path: read_facts(path.parent), is_json=True
    ),
    "facts, checked": Door(prepared("store.json"), check, is_json=True),
    "facts of a folder": Door(
        lambda folder: prepared("store.json")(folder),
        lambda path: TarStore(path.with_name("faces-00000.tar")).metainfo,
        is_json=True,
    ),
    "job": Door(
        job_file, read_job, named=("job.json", "was begun with other"), is_json=True
    ),
    **{
        f"box index, {name}": Door(box_index(name), find_boxes, named=("index",))
        for name in ("keys.npy", "starts.npy", "faces.npy")
    },
    "boxes in CSV": Door(
        written("boxes.csv", BOXES),
        lambda path: build_box_index([path], path.parent / "index"),
    ),
    "boxes of LAION": Door(
        laion_boxes, lambda path: build_box_index([path], path.parent / "index")
    ),
    "list in CSV": Door(written("list.csv", "path,n\na.jpg,1\nb.jpg,2\n"), read_list),
    "list in parquet": Door(parquet_list, read_list),
    "face result": Door(face_result, read_result, named=("FaceResult",), is_json=True),
    "detected boxes": Door(
        written("boxes.json", json.dumps(DETECTED)),
        lambda path: DetectedBoxes(path, "landmarks", path.parent),
        is_json=True,
    ),
    "COCO": Door(
        written("faces.json", json.dumps(COCO)),
        read_landmark_file,
        named=("faces",),
        is_json=True,
    ),
    "dlib": Door(written("faces.xml", DLIB), read_landmark_file, named=("faces",)),
    "pts": Door(written("a.pts", PTS), read_pts),
    "LaPa's points": Door(written("a.txt", LANDMARKS), read_landmarks),
    "WFLW": Door(
        wflw_list,
        lambda path: WFLW98(path.parents[2], split="train").full_init(),
        named=("list_98pt", "wflw"),
    ),
    "AFLW": Door(
        aflw_mat, lambda path: AFLW19(path.parent, lazy_init=True).read(), most=40
    ),
    "COFW": Door(cofw_mat, read_cofw),
    "mask": Door(mask, lambda path: read_mask(path, 11), repair=repair_png),
    "part mask": Door(mask, read_part, repair=repair_png, mebibytes=600),
    "manifest of masks": Door(
        mask_manifest,
        lambda path: read_manifest(path.parent, "farl"),
        named=("manifest.jsonl", "masks of the order"),
    ),
    "CelebAMask-HQ's splits": Door(
        written(MAPPING, SPLITS), lambda path: read_splits(path.parent)
    ),
    **{
        f"image, {kind}": Door(
            picture(kind),
            decode,
            repair=repair_png,
            named=("",),
            errors=(BadImageError,),
        )
        for kind in (*FORMATS, "pixels")
    },
    **SUITE_DOORS,
    "checkpoint": Door(checkpoint(".pth"), read_checkpoint),
    "safetensors": Door(checkpoint(".safetensors"), read_checkpoint),
}
