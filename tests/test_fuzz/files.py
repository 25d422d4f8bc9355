"""A whole file of every kind that a reader takes, to be damaged."""

import io
import tarfile
from pathlib import Path

import lmdb
import numpy as np
import torch
from pyarrow import parquet
from scipy.io import savemat

from mcf.checkpoint import save_checkpoint
from mcf.crops.label_region import LabelRegion
from mcf.datasets.parsing import LAPA
from mcf.datasets.parsing.mask_files import encode_mask
from mcf.datasets.parsing.mask_manifest import MaskRecord, write_manifest
from mcf.detection import build_box_index
from mcf.inference.result import FaceResult, Landmarks, Parsing
from mcf.preparation.job import record_job
from mcf.preparation.sources import FileList
from mcf.utils.pixels import encode_pixels
from tests import replicas
from tests.test_datasets.face_files import encode, smooth_image
from tests.test_preparation.faces import write_photos
from tests.test_preparation.prepared import make_job, make_store

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
BOXES = "image,x1,y1,x2,y2,score\na.jpg,1,2,30,40,0.5\nb.jpg,1,2,30,40,\n"
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
PTS = "version: 1\nn_points: 3\n{\n1.5 2\n3 4\n5 6\n}\n"
LANDMARKS = "106\n" + "1.5 2.5\n" * 106
SPLITS = "idx orig_idx orig_file\n0 119613 119614.jpg\n1 170000 170001.jpg\n"


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


def lmdb_file(folder: Path) -> Path:
    with lmdb.open(str(folder / "db"), map_size=2**20) as environment:
        for half in range(2):
            with environment.begin(write=True) as transaction:
                for i in range(half, 60, 2):
                    value = b"x" * (5000 if i % 9 == 0 else 100)
                    transaction.put(b"%04d/%s.jpg" % (i, b"k" * 90), value)
    return folder / "db" / "data.mdb"


def prepared(name: str):
    """Maker of a prepared store whose file of this name is damaged."""

    def make(folder: Path) -> Path:
        names = ["a.jpg", "b.jpg", "nobody-.jpg", "two-.jpg"]
        job = make_job(write_photos(folder / "in", names))
        return make_store(job, folder / "store") / name

    return make


def job_file(folder: Path) -> Path:
    job = make_job(write_photos(folder / "in", ["a.jpg"]))
    record_job(job, folder / "job.json")
    return folder / "job.json"


def box_index(name: str):
    """Maker of an index of boxes whose part of this name is damaged."""

    def make(folder: Path) -> Path:
        source = written("boxes.csv", BOXES)(folder)
        build_box_index([source], folder / "index")
        return folder / "index" / name

    return make


def laion_boxes(folder: Path) -> Path:
    face = (np.array([1.0, 2, 30, 40]), np.zeros((5, 2), np.float32), np.float32(0.5))
    torch.save({7: [face, face], 9: []}, folder / "boxes.pth")
    return folder / "boxes.pth"


def parquet_list(folder: Path) -> Path:
    make = written("list.csv", "path,caption\na.jpg,one\nb.jpg,two\n")
    table = FileList(str(make(folder)))._rows
    parquet.write_table(table, folder / "list.parquet")
    return folder / "list.parquet"


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


def checkpoint(suffix: str):
    """Maker of a checkpoint."""

    def make(folder: Path) -> Path:
        state = {"patch_embed.projection.weight": torch.ones(4, 3, 2, 2)}
        path = folder / f"weights{suffix}"
        save_checkpoint(path, state, meta={"crop": {"name": "square", "size": 8}})
        return path

    return make
