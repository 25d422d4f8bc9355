import errno
import json
import re
import shutil

import cv2
import numpy as np
import pytest

from mcf.inference import FaceInferencer, FaceResult
from mcf.inference.speed import SpeedMeter
from mcf.inference.to_folder import (
    FileNames,
    infer_to_folder,
    refuse_overwriting,
)
from mcf.utils.checksums import file_checksum

from .conftest import BrightSquares


@pytest.fixture
def folder(photos, tmp_path):
    root = tmp_path / "in"
    (root / "sub").mkdir(parents=True)
    for number, photo in enumerate(photos):
        cv2.imwrite(str(root / f"{number}.png"), photo)
    shutil.copy(root / "3.png", root / "sub/3.png")
    shutil.copy(root / "3.png", root / "3.bmp")
    (root / "broken.jpg").write_bytes(b"abc")
    return root


@pytest.fixture
def inferencer(exported) -> FaceInferencer:
    return FaceInferencer(embedding=exported, detector=BrightSquares(), batch_size=2)


def test_every_image_gets_its_files_and_bad_ones_are_told(inferencer, folder, tmp_path):
    seen = []
    out = tmp_path / "out"
    inputs = [folder, tmp_path / "absent.jpg", folder / "1.png"]
    summary = infer_to_folder(inferencer, inputs, out, on_image=seen.append)
    assert (summary.images, summary.faces, summary.without) == (11, 20, 2)
    names = [name for name, _ in summary.skipped]
    assert names == [str(folder / "broken.jpg"), str(tmp_path / "absent.jpg")]
    assert len(seen) == 13 and seen.count(None) == 2
    files = {str(path.relative_to(out)) for path in out.rglob("*.json")}
    stems = [*"01234567", "3-2", "sub/3", "1-2"]
    assert files == {f"{stem}.json" for stem in stems}
    assert len(list(out.rglob("*.jpg"))) == 11
    result = FaceResult.from_json((out / "sub/3.json").read_text())
    assert result.source == str(folder / "sub/3.png") and len(result) == 3
    assert json.loads((out / "5.json").read_text())["boxes"] == []


def test_pictures_can_be_left_out(inferencer, folder, tmp_path):
    infer_to_folder(inferencer, [folder], tmp_path / "out", pictures=False)
    assert not list((tmp_path / "out").rglob("*.jpg"))


def test_frames_are_numbered_and_no_name_is_given_twice():
    names = FileNames(["a/clip.mp4"])
    sources = ["a/clip.mp4#7", "b/clip.mp4#7", "a/x#1.png", "x#1.jpg", "image 3"]
    given = [names.name(source) for source in sources]
    assert given == ["clip_000007", "clip_000007-2", "x#1", "x#1-2", "image 3"]


def test_share_of_the_networks_is_that_of_their_seconds():
    meter = SpeedMeter(warmup=1)
    boxes = np.zeros((2, 4), np.float32)
    slow = FaceResult("a", (9, 9), boxes, boxes[:, 0], timings={"parsing": 99.0})
    meter.add(slow)
    assert meter.table().startswith("no times")
    with pytest.raises(ValueError, match="no result came"):
        _ = meter.network_share
    timings = {"read": 0.1, "parsing": 0.6, "landmarks": 0.2, "map": 0.1}
    for _ in range(2):
        meter.add(FaceResult("b", (9, 9), boxes, boxes[:, 0], timings=timings), 0.5)
    assert meter.network_share == pytest.approx(0.8)
    lines = meter.table().splitlines()
    assert lines[2].split() == ["parsing", "300.00", "60.0%"]
    assert lines[-2].split() == ["all", "500.00", "100.0%"]
    assert lines[-1].startswith("2 images, 4 faces: 1.00 images/s, 2.00 faces/s")
    assert "networks 80.0%" in lines[-1] and "500.00 ms an image" in lines[-1]


def test_names_stay_below_the_folder_of_the_results(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    names = FileNames([".", ".."])
    given = [names.name(source) for source in ("../there/face.png", "a/b.png")]
    assert given == ["there/face", "a/b"]
    assert FileNames(["."]).name("../../etc/face.jpg") == "face"


def test_a_network_that_answers_nan_costs_its_image_only(folder, exported, tmp_path):
    class Broken:
        def __init__(self) -> None:
            self.network = FaceInferencer(embedding=exported)._models.embedding
            self.rule, self.length = self.network.rule, self.network.length

        def predict(self, crops):
            return np.full_like(self.network.predict(crops), np.nan)

    inferencer = FaceInferencer(embedding=Broken(), detector=BrightSquares())
    summary = infer_to_folder(inferencer, [folder], tmp_path / "out")
    assert summary.images == summary.without  # those without faces hold no number
    assert "JSON" in summary.skipped[-1][1]


class NeverAsked:
    """An inferencer that must not begin."""

    batch_size = 1

    def stream(self, *args, **kwargs):
        raise AssertionError("inference has begun")


def test_folder_in_which_a_photo_would_be_replaced_is_refused(photos, tmp_path):
    photo = tmp_path / "in" / "sub" / "face.jpg"
    photo.parent.mkdir(parents=True)
    cv2.imwrite(str(photo), photos[1])
    (tmp_path / "link").symlink_to(tmp_path / "in")
    before = file_checksum(photo)
    for inputs, out in (
        ([tmp_path / "in"], tmp_path / "in"),
        ([photo], photo.parent),
        ([tmp_path / "link"], tmp_path / "in"),
        ([tmp_path / "in"], tmp_path / "link"),
        (["absent.png", tmp_path / "sub" / "face.png", photo], photo.parent),
    ):
        with pytest.raises(ValueError, match=r"face\.jpg' would replace .*face\.jpg'"):
            infer_to_folder(NeverAsked(), inputs, out)
    assert file_checksum(photo) == before
    assert [path for path in (tmp_path / "in").rglob("*") if path.is_file()] == [photo]
    refuse_overwriting([photo], photo.parent, pictures=False)
    refuse_overwriting([photo.with_name("other.png")], photo.parent)


def test_photo_that_is_named_as_a_frame_is_not_replaced(tmp_path):
    frame = tmp_path / "clip_000012.jpg"
    frame.write_bytes(b"mine")
    with pytest.raises(ValueError, match=r"would replace the image .*clip_000012\.jpg"):
        refuse_overwriting(["clip.mp4", frame], tmp_path)
    refuse_overwriting(["clip.mp4", frame], tmp_path, pictures=False)
    refuse_overwriting(["clip.mp4"], tmp_path)


@pytest.mark.parametrize("name", ["face.json", "face.jpg"])
def test_files_of_others_beside_the_photos_are_not_replaced(photos, tmp_path, name):
    cv2.imwrite(str(tmp_path / "face.png"), photos[1])
    (tmp_path / name).write_bytes(b'{"shapes": []}')
    with pytest.raises(ValueError, match=f"{re.escape(name)}' is there and no result"):
        infer_to_folder(NeverAsked(), [tmp_path / "face.png"], tmp_path)
    assert (tmp_path / name).read_bytes() == b'{"shapes": []}'


def test_second_run_replaces_the_results_of_the_first(inferencer, folder, tmp_path):
    for _ in range(2):
        infer_to_folder(inferencer, [folder / "1.png"], folder)
    assert (folder / "1.jpg").is_file() and (folder / "1.json").is_file()


def test_second_run_with_results_among_the_photos_finds_the_same(
    inferencer, folder, tmp_path
):
    found = []
    for _ in range(2):
        summary = infer_to_folder(inferencer, [folder], folder / "results")
        found.append((summary.images, summary.faces, len(summary.skipped)))
    assert found[0] == found[1] == (10, 19, 1) and summary.own == 10
    inside = infer_to_folder(inferencer, [folder], folder, pictures=False)
    assert (inside.images, inside.own) == (10, 10)


def test_image_with_too_long_a_name_costs_itself_only(inferencer, folder, tmp_path):
    long = folder / ("脸" * 83 + "aa.png")
    shutil.copy(folder / "3.png", long)
    summary = infer_to_folder(inferencer, [folder], tmp_path / "out")
    assert summary.images == 10 and len(list((tmp_path / "out").rglob("*.json"))) == 10
    reasons = dict(summary.skipped)
    assert "name too long" in reasons[str(long)]


def test_full_disk_ends_the_run(inferencer, folder, tmp_path, monkeypatch):
    def full(path):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr("mcf.inference.result_files.whole_file", full)
    with pytest.raises(OSError, match="No space left"):
        infer_to_folder(inferencer, [folder], tmp_path / "out")


def test_results_of_other_photos_are_not_replaced(inferencer, folder, tmp_path):
    infer_to_folder(inferencer, [folder / "3.png"], tmp_path / "out")
    with pytest.raises(ValueError, match="result of another image"):
        infer_to_folder(NeverAsked(), [folder / "sub/3.png"], tmp_path / "out")


def test_frames_of_a_cut_video_are_kept_and_the_rest_is_told(inferencer, tmp_path):
    path = tmp_path / "clip.avi"
    codec = cv2.VideoWriter_fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), codec, 5, (112, 112))
    rng = np.random.default_rng(0)
    for _ in range(20):
        writer.write(rng.integers(120, 256, (112, 112, 3), dtype=np.uint8))
    writer.release()
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    summary = infer_to_folder(inferencer, [path], tmp_path / "out")
    assert 0 < summary.images < 20
    assert len(list((tmp_path / "out").glob("*.json"))) == summary.images
    ((name, reason),) = summary.skipped
    assert name == str(path) and f"{summary.images} of 20 frames" in reason
    kept = []
    with pytest.raises(ValueError, match="of 20 frames could be read"):
        kept.extend(inferencer.stream(path))  # extend keeps what came before
    assert len(kept) == summary.images
