"""A bright square is the face; its corners and centre are the points."""

import csv
import json
import shutil

import cv2
import numpy as np
import pytest

from mcf.crops.face import Face
from mcf.crops.rule import CropRule
from mcf.inference import FaceInferencer, TrackSettings
from mcf.inference.to_folder import infer_to_folder, refuse_overwriting
from mcf.inference.video import change, coarse
from mcf.inference.video_files import VideoOutput

SIZE = 160, 120


def squares(image: np.ndarray) -> list[np.ndarray]:
    """Boxes [4] of the bright areas from left to right."""
    bright = (image.min(axis=2) > 150).astype(np.uint8)
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((3, 3)))
    stats = cv2.connectedComponentsWithStats(bright)[2][1:]
    return [
        np.array([x, y, x + w, y + h]) - 0.5
        for x, y, w, h, area in sorted(stats.tolist())
        if area > 50
    ]


class Detector:
    """Counts the images it is asked about."""

    asked = 0

    def open(self):
        def find(image, source):
            self.asked += 1
            return [Face(box.astype(float), 0.9) for box in squares(image)]

        return find


class Points:
    """Five points of the brightest area of a crop; doubtful where there is none."""

    rule = CropRule("box", (48, 48), scale=0.5, box="annotated")
    schema, count = "five", 5

    def predict(self, crops):
        points, scores = [], []
        for crop in crops:
            ys, xs = np.nonzero(crop.min(axis=2) > 150)
            there = len(xs) > 20
            low = np.array([xs.min(), ys.min()]) if there else np.zeros(2)
            high = np.array([xs.max(), ys.max()]) if there else np.full(2, 47)
            low_high = np.array([(high[0], low[1]), (low[0], high[1])])
            points.append(np.stack([low, high, (low + high) / 2, *low_high]))
            scores.append(np.full(5, 0.8 if there else 0.1))
        return np.array(points, np.float32), np.array(scores, np.float32)


def frame(*places: tuple[float, float], shade: int = 40) -> np.ndarray:
    image = np.full((SIZE[1], SIZE[0], 3), shade, np.uint8)
    for x, y in places:
        cv2.rectangle(
            image,
            (round(x) - 12, round(y) - 12),
            (round(x) + 12, round(y) + 12),
            (230, 230, 230),
            -1,
        )
    return image


def film(path, images, codec="MJPG", rate=25):
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*codec), rate, images[0].shape[1::-1]
    )
    for image in images:
        writer.write(image)
    writer.release()
    return path


@pytest.fixture
def detector() -> Detector:
    return Detector()


@pytest.fixture
def inferencer(detector) -> FaceInferencer:
    return FaceInferencer(landmarks=Points(), detector=detector)


@pytest.fixture
def images() -> list[np.ndarray]:
    return [frame((30 + 2 * t, 60), (130, 40 + t)) for t in range(21)]


def test_faces_are_detected_now_and_then_and_followed_between(
    inferencer, detector, images
):
    frames = list(inferencer.track(iter(images)))
    assert [f.number for f in frames if any(f.detected)] == [0, 5, 10, 15, 20]
    assert detector.asked == 5
    assert {f.ids for f in frames} == {(1, 2)}
    assert [f.time for f in frames] == pytest.approx(np.arange(21) / 25)
    for t, one in enumerate(frames):
        centres = one.result.landmarks.points.mean(axis=1)
        assert np.abs(centres - [(30 + 2 * t, 60), (130, 40 + t)]).max() < 1.5, t
        assert len(one.result.boxes) == len(one.result.scores) == 2


def test_frames_given_one_by_one_are_followed_like_those_of_a_video(inferencer, images):
    expected = list(inferencer.track(iter(images), rate=10))
    live = inferencer.live()
    for number, image in enumerate(images):
        found = live.frame(image, 1000 + number / 10)
        assert found.ids == expected[number].ids and found.number == number
        np.testing.assert_allclose(
            found.result.boxes, expected[number].result.boxes, atol=1e-3
        )
    with pytest.raises(ValueError, match="not an image"):
        live.frame(b"damaged", 1003.0)
    assert live.frame(images[-1], 1003.0).ids == expected[-1].ids


def test_no_smoothing_leaves_what_was_found(inferencer, images):
    still = [images[0]] * 3 + [images[4]]
    raw = list(inferencer.track(still, settings=TrackSettings(smoothing=None)))
    smoothed = list(inferencer.track(still))
    a, b = (f[-1].result.landmarks.points[0].mean(axis=0) for f in (raw, smoothed))
    assert abs(a[0] - 38) < 0.6 and 30 < b[0] < a[0] - 0.2


def test_a_face_that_goes_is_noticed_before_the_next_detection(inferencer, detector):
    shown = [frame((40, 60), (120, 60))] * 3 + [frame((40, 60))] * 4
    settings = TrackSettings(detect_every=100)
    frames = list(inferencer.track(shown, settings=settings))
    assert [f.ids for f in frames] == [(1, 2)] * 3 + [(1,)] * 4
    assert detector.asked == 2


def test_another_scene_has_other_faces(inferencer):
    shown = [frame((40, 60))] * 3 + [frame((44, 62), shade=120)] * 3
    frames = list(inferencer.track(shown))
    assert [f.ids for f in frames] == [(1,)] * 3 + [(2,)] * 3
    small = [coarse(image) for image in (shown[0], frame((60, 60)), shown[3])]
    assert change(small[0], small[1]) < 0.2 < 0.9 < change(small[0], small[2])


def test_without_points_every_frame_is_detected(exported, detector, images):
    inferencer = FaceInferencer(embedding=exported, detector=detector)
    frames = list(inferencer.track(images[:3]))
    assert detector.asked == 3 and {f.ids for f in frames} == {(1, 2)}
    with pytest.raises(ValueError, match="no network finds points"):
        inferencer.track(images, settings=TrackSettings(detect_every=2))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda i: i.track("face.jpg"), "is no video"),
        (lambda i: i.track([], rate=0), "rate=0"),
        (lambda i: TrackSettings(detect_every=0), "detect_every=0"),
        (lambda i: TrackSettings(patience=-1), "patience=-1"),
        (lambda i: VideoOutput(table="xls"), "table='xls'"),
    ],
)
def test_wrong_calls_name_the_value(inferencer, call, text):
    with pytest.raises(ValueError, match=text):
        call(inferencer)


def test_a_frame_that_cannot_be_used_is_told_and_left_out(inferencer, images):
    told = []
    mixed = [images[0], np.zeros((4, 4, 3), np.uint8), images[2]]
    frames = list(inferencer.track(mixed, on_bad=lambda *bad: told.append(bad[0])))
    assert [f.number for f in frames] == [0, 2] and told == ["image 1"]
    with pytest.raises(ValueError, match="image 1"):
        list(inferencer.track(mixed))


def rows(path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_table_video_and_record_of_a_clip(inferencer, images, tmp_path):
    clip = film(tmp_path / "clip.avi", images)
    out = tmp_path / "out"
    summary = infer_to_folder(inferencer, [clip], out, tracks=VideoOutput())
    assert (summary.images, summary.faces, summary.skipped) == (21, 42, [])
    assert sorted(p.name for p in out.iterdir()) == [
        "clip.csv",
        "clip.json",
        "clip.mp4",
    ]
    table = rows(out / "clip.csv")
    assert len(table) == 42 and {row["face"] for row in table} == {"1", "2"}
    assert list(table[0])[:10] == [
        *("frame", "time", "face", "detected", "score"),
        *("left", "top", "right", "bottom", "points_score"),
    ]
    assert {row["detected"] for row in table} == {"0", "1"}
    assert float(table[-2]["time"]) == pytest.approx(0.8)
    assert float(table[-2]["x_2"]) == pytest.approx(70, abs=2)
    record = json.loads((out / "clip.json").read_text())
    assert record["format"] == "mcf.FaceVideo/1" and record["frames"] == 21
    assert [face["frames"] for face in record["faces"]] == [21, 21]
    drawn = cv2.VideoCapture(str(out / "clip.mp4"))
    assert drawn.get(cv2.CAP_PROP_FRAME_COUNT) == 21
    assert drawn.get(cv2.CAP_PROP_FPS) == 25
    there, first = drawn.read()
    assert there and first.shape == (*SIZE[::-1], 3)
    assert np.abs(first.astype(int) - images[0]).max() > 60  # something is drawn


def test_parquet_holds_the_same_table(inferencer, images, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    clip = film(tmp_path / "clip.avi", images)
    for kind in ("csv", "parquet"):
        output = VideoOutput(table=kind, video=False)
        infer_to_folder(inferencer, [clip], tmp_path / kind, tracks=output)
    table = parquet.read_table(tmp_path / "parquet/clip.parquet").to_pydict()
    text = rows(tmp_path / "csv/clip.csv")
    assert list(table) == list(text[0]) and len(table["face"]) == len(text) == 42
    for name, values in table.items():
        assert values == pytest.approx([float(row[name]) for row in text], rel=1e-6)


def test_a_video_without_a_face_has_an_empty_table(inferencer, tmp_path):
    clip = film(tmp_path / "clip.avi", [frame()] * 3)
    output = VideoOutput(table="csv")
    summary = infer_to_folder(inferencer, [clip], tmp_path / "out", tracks=output)
    assert (summary.images, summary.without) == (3, 3)
    assert rows(tmp_path / "out/clip.csv") == []


def test_of_a_cut_video_what_was_read_is_kept(inferencer, images, tmp_path):
    clip = film(tmp_path / "clip.avi", images)
    content = clip.read_bytes()
    clip.write_bytes(content[: len(content) // 2])
    out = tmp_path / "out"
    summary = infer_to_folder(inferencer, [clip], out, tracks=VideoOutput())
    assert 0 < summary.images < 21
    ((name, reason),) = summary.skipped
    assert name == str(clip) and f"{summary.images} of 21 frames" in reason
    record = json.loads((out / "clip.json").read_text())
    assert (
        record["frames"] == summary.images and "of 21 frames" in record["problems"][0]
    )
    drawn = cv2.VideoCapture(str(out / "clip.mp4"))
    assert drawn.get(cv2.CAP_PROP_FRAME_COUNT) == summary.images
    assert len(rows(out / "clip.csv")) == summary.faces


def test_of_a_video_that_cannot_be_read_no_file_is_written(inferencer, tmp_path):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"no video")
    summary = infer_to_folder(
        inferencer, [clip], tmp_path / "out", tracks=VideoOutput()
    )
    assert [name for name, _ in summary.skipped] == [str(clip)]
    assert not (tmp_path / "out").exists()


def test_files_of_the_same_video_are_replaced_and_no_others(
    inferencer, images, tmp_path
):
    clip = film(tmp_path / "clip.avi", images[:3])
    out = tmp_path / "out"
    for output in (VideoOutput(), VideoOutput(), VideoOutput(video=False)):
        infer_to_folder(inferencer, [clip], out, tracks=output)
    # the last record speaks of no video: the one that is there may be anybody's
    with pytest.raises(ValueError, match=r"clip\.mp4.* no result of MCF"):
        refuse_overwriting([clip], out, tracks=VideoOutput())
    other = tmp_path / "sub/clip.avi"
    other.parent.mkdir()
    shutil.copy(clip, other)
    with pytest.raises(ValueError, match="result of another image"):
        refuse_overwriting([other], out, tracks=VideoOutput(video=False))


def test_a_video_is_not_replaced_by_its_own_result(inferencer, images, tmp_path):
    clip = film(tmp_path / "clip.mp4", images[:3], codec="mp4v")
    with pytest.raises(ValueError, match="would replace the image"):
        infer_to_folder(inferencer, [clip], tmp_path, tracks=VideoOutput())
    record = {"format": "mcf.FaceVideo/1", "source": str(clip), "files": ["csv", "mp4"]}
    (tmp_path / "clip.json").write_text(json.dumps(record))
    with pytest.raises(ValueError, match="would replace the image"):
        infer_to_folder(inferencer, [clip], tmp_path, tracks=VideoOutput())


def test_photos_and_videos_of_one_name_get_files_of_their_own(
    inferencer, images, tmp_path
):
    clip = film(tmp_path / "clip.avi", images[:3])
    photo = tmp_path / "clip.png"
    cv2.imwrite(str(photo), images[0])
    out = tmp_path / "out"
    for _ in range(2):
        infer_to_folder(inferencer, [clip, photo], out, tracks=VideoOutput())
    assert sorted(p.name for p in out.iterdir()) == [
        *("clip-2.csv", "clip-2.json", "clip-2.mp4", "clip.jpg", "clip.json")
    ]
