"""Every reader of files that come from elsewhere."""

import io
import json
import shutil
import tarfile
from pathlib import Path

import lmdb
import numpy as np
import torch
from pyarrow import parquet
from scipy.io import savemat

from mcf.checkpoint import read_meta, read_state, save_checkpoint
from mcf.crops.label_region import LabelRegion
from mcf.datasets.landmarks import WFLW98, LandmarkFile
from mcf.datasets.landmarks.aflw19 import AFLW19
from mcf.datasets.landmarks.cofw29 import COFW29
from mcf.datasets.landmarks.detected_boxes import DetectedBoxes
from mcf.datasets.landmarks.point_files import read_pts
from mcf.datasets.parsing import LAPA
from mcf.datasets.parsing.celebamask_hq_files import MAPPING, read_part, read_splits
from mcf.datasets.parsing.lapa_files import read_landmarks
from mcf.datasets.parsing.mask_files import encode_mask, read_mask
from mcf.datasets.parsing.mask_manifest import MaskRecord, read_manifest, write_manifest
from mcf.datasets.stores import LMDBStore, TarStore
from mcf.detection import BoxesFromFile, build_box_index
from mcf.detection.source_image import SourceImage
from mcf.inference.result import FaceResult, Landmarks, Parsing
from mcf.preparation.check import check_store
from mcf.preparation.job import record_job
from mcf.preparation.sources import FileList, TarShards
from mcf.preparation.store import StoreOptions, combine, read_facts
from mcf.utils.decoding import BadImageError, decode_image
from mcf.utils.pixels import encode_pixels
from tests import replicas
from tests.test_datasets.face_files import encode, smooth_image
from tests.test_fuzz.damage import repair_png, repair_tar
from tests.test_fuzz.trial import Door
from tests.test_preparation.faces import write_photos
from tests.test_preparation.prepared import make_job, make_store

LIMITS = {"min_size": 8, "max_pixels": 10**7, "max_aspect": 8.0}
FORMATS = {
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "bmp": "BMP",
    "gif": "GIF",
    "tiff": "TIFF",
    "jpeg2000": "JPEG2000",
    "ppm": "PPM",
}


def written(name: str, data: bytes | str):
    """Maker of a file of these bytes."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return make


def tar_shard(folder: Path) -> Path:
    path = folder / "x.tar"
    members = [
        ("a.jpg", 700),
        ("d/" * 80 + "b.jpg", 30),
        ("é" * 120 + ".jpg", 40),
        ("c.json", 9),
        ("c.jpg", 600),
    ]
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, size in members[:3]:
            add(tar, name, b"x" * size)
        tar.format = tarfile.GNU_FORMAT
        for name, size in members[1:]:
            data = b'{"a": 1}\n' if name.endswith("json") else b"x" * size
            add(tar, name, data)
    return path


def add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


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


def lmdb_file(folder: Path) -> Path:
    with lmdb.open(str(folder / "db"), map_size=2**20) as environment:
        for half in range(2):
            with environment.begin(write=True) as transaction:
                for i in range(half, 60, 2):
                    value = b"x" * (5000 if i % 9 == 0 else 100)
                    transaction.put(b"%04d/%s.jpg" % (i, b"k" * 90), value)
    return folder / "db" / "data.mdb"


def read_lmdb(path: Path) -> None:
    store = LMDBStore(path.parent)
    for index in range(len(store)):
        store.read(index)


def prepared(name: str):
    """Maker of a prepared store whose file of this name is damaged."""

    def make(folder: Path) -> Path:
        names = ["a.jpg", "b.jpg", "nobody-.jpg", "two-.jpg"]
        job = make_job(write_photos(folder / "in", names))
        return make_store(job, folder / "store") / name

    return make


def combine_stores(path: Path) -> None:
    target = path.parent.with_name("combined")
    shutil.rmtree(target, ignore_errors=True)
    combine([path.parent], target, StoreOptions(near=3, where="size > 1"))


def check(path: Path) -> None:
    faces, problems = check_store(path.parent)
    assert faces >= 0
    assert all(isinstance(problem, str) for problem in problems)


def job_file(folder: Path) -> Path:
    job = make_job(write_photos(folder / "in", ["a.jpg"]))
    record_job(job, folder / "job.json")
    return folder / "job.json"


def read_job(path: Path) -> None:
    record_job(make_job(path.parent / "in"), path)


BOXES = "image,x1,y1,x2,y2,score\na.jpg,1,2,30,40,0.5\nb.jpg,1,2,30,40,\n"


def box_index(name: str):
    """Maker of an index of boxes whose part of this name is damaged."""

    def make(folder: Path) -> Path:
        source = written("boxes.csv", BOXES)(folder)
        build_box_index([source], folder / "index")
        return folder / "index" / name

    return make


def find_boxes(path: Path) -> None:
    find = BoxesFromFile(str(path.parent)).open()
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        try:
            find(np.zeros((9, 9, 3), np.uint8), SourceImage(name))
        except BadImageError:
            continue
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error  # becomes an image's row


def laion_boxes(folder: Path) -> Path:
    face = (np.array([1.0, 2, 30, 40]), np.zeros((5, 2), np.float32), np.float32(0.5))
    torch.save({7: [face, face], 9: []}, folder / "boxes.pth")
    return folder / "boxes.pth"


def parquet_list(folder: Path) -> Path:
    make = written("list.csv", "path,caption\na.jpg,one\nb.jpg,two\n")
    table = FileList(str(make(folder)))._rows
    parquet.write_table(table, folder / "list.parquet")
    return folder / "list.parquet"


def read_list(path: Path) -> None:
    source = FileList(str(path))
    for index in range(len(source)):
        list(source.images(source.unit(index)))


def face_result(folder: Path) -> Path:
    labels = np.arange(12, dtype=np.uint8).reshape(3, 4) % 11
    result = FaceResult(
        source="a.jpg",
        size=(40, 30),
        boxes=np.array([[1, 2, 20, 21.5]], np.float32),
        scores=np.ones(1, np.float32),
        landmarks=Landmarks(
            "ibug68", np.ones((1, 68, 2), np.float32), np.ones((1, 68), np.float32)
        ),
        parsing=Parsing(LAPA, (LabelRegion(labels, 3, 4),)),
        embeddings=np.ones((1, 8), np.float32),
        timings={"detect": 0.5},
    )
    return written("result.json", result.to_json())(folder)


def read_result(path: Path) -> None:
    result = FaceResult.from_json(path.read_bytes())
    again = FaceResult.from_json(result.to_json())
    assert again.size == result.size
    for face in range(len(result)) if result.parsing else ():
        result.mask(face)


COCO = {
    "images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "b.jpg"}],
    "annotations": [
        {
            "id": 5,
            "image_id": 1,
            "keypoints": [*([1.5, 2, 1] * 67), 3, 3, 2],
            "bbox": [1, 2, 30, 40],
        },
        {
            "id": 6,
            "image_id": 2,
            "keypoints": [3, *([2, 2, 2] * 68)][:204],
            "center": [4, 5],
            "scale": 0.5,
        },
    ],
}
DLIB = (
    "<?xml version='1.0'?><dataset><images><image file='a.jpg'>"
    "<box top='1' left='2' width='30' height='40'>"
    + "".join(f"<part name='{i:02d}' x='{i}' y='{i * 2 % 7}'/>" for i in range(68))
    + "</box></image></images></dataset>"
)
DETECTED = [{"image": "a.jpg", "box": [1, 2, 30, 40], "score": 0.5}] * 2


def read_landmark_file(path: Path) -> None:
    LandmarkFile(path.parent, path.name, schema="ibug68", box="annotated").full_init()


def wflw_list(folder: Path) -> Path:
    replicas.write_wflw98(folder)
    (path,) = folder.rglob("list_98pt_rect_attr_train.txt")
    return path


def aflw_mat(folder: Path) -> Path:
    count = 4
    content = {
        "nameList": np.array([[f"0/{i}.jpg"] for i in range(count)], dtype=object),
        "bbox": np.tile([1.0, 40, 2, 50], (count, 1)),
        "data": np.arange(count * 38.0).reshape(count, 38),
        "mask_new": np.ones((count, 19)),
        "ra": np.arange(1.0, count + 1)[None],
    }
    savemat(folder / "AFLWinfo_release.mat", content)
    return folder / "AFLWinfo_release.mat"


def cofw_mat(folder: Path) -> Path:
    replicas.write_cofw29(folder)
    return folder / "COFW_test_color.mat"


def read_cofw(path: Path) -> None:
    faces = COFW29(path.parent, split="test", lazy_init=True)
    for face in faces.read()[:3]:
        assert faces.image_fields(face.image)["img"].dtype == np.uint8


def mask(folder: Path) -> Path:
    labels = (np.arange(48 * 40).reshape(48, 40) // 200 % 11).astype(np.uint8)
    return written("mask.png", encode_mask(labels, LAPA))(folder)


def mask_manifest(folder: Path) -> Path:
    records = [MaskRecord(i, ["skin", "hair"], ["hair"], "0" * 64) for i in range(3)]
    write_manifest(folder, "farl", records)
    return folder / "manifest.jsonl"


def picture(kind: str):
    """Maker of an image file."""
    if kind == "pixels":
        return written("image", encode_pixels(smooth_image(1)))
    return written("image", encode(smooth_image(1, 40, 32), FORMATS[kind]))


def decode(path: Path) -> None:
    image = decode_image(path.read_bytes(), **LIMITS)
    assert image.dtype == np.uint8
    assert image.ndim == 3
    assert image.shape[0] * image.shape[1] <= LIMITS["max_pixels"]


def checkpoint(suffix: str):
    """Maker of a checkpoint."""

    def make(folder: Path) -> Path:
        state = {"patch_embed.projection.weight": torch.ones(4, 3, 2, 2)}
        path = folder / f"weights{suffix}"
        save_checkpoint(path, state, meta={"crop": {"name": "square", "size": 8}})
        return path

    return make


def read_checkpoint(path: Path) -> None:
    read_state(path)
    read_meta(path)


PTS = "version: 1\nn_points: 3\n{\n1.5 2\n3 4\n5 6\n}\n"
LANDMARKS = "106\n" + "1.5 2.5\n" * 106
SPLITS = "idx orig_idx orig_file\n0 119613 119614.jpg\n1 170000 170001.jpg\n"

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
    "checkpoint": Door(checkpoint(".pth"), read_checkpoint),
    "safetensors": Door(checkpoint(".safetensors"), read_checkpoint),
}
