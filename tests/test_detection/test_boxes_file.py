import io

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

pytest.importorskip("pyarrow")

from mcf.crops.recipes import get_recipe
from mcf.detection import BoxesFromFile, build_box_index
from mcf.detection.source_image import SourceImage
from mcf.preparation.job import Job
from mcf.preparation.sources import FolderTree
from mcf.preparation.unit import prepare_image

IMAGE = np.zeros((9, 9, 3), np.uint8)
POINTS = np.arange(10.0).reshape(5, 2)


def laion(score: float) -> tuple:
    return (np.array([1.0, 2, 30, 40]), POINTS.astype(np.float32), np.float32(score))


def test_laions_boxes_are_found_by_sample_best_first(tmp_path):
    torch.save({7: [laion(0.5), laion(0.75)], 9: []}, tmp_path / "a.pth")
    torch.save({12345678901: [laion(0.25)]}, tmp_path / "b.pth")
    files = [tmp_path / "a.pth", tmp_path / "b.pth"]
    assert build_box_index(files, tmp_path / "index") == 3
    find = BoxesFromFile(str(tmp_path / "index"), column="SAMPLE_ID").open()

    def scores(sample: str) -> list[float]:
        faces = find(IMAGE, SourceImage("x", columns={"SAMPLE_ID": sample}))
        return [face.score for face in faces]

    assert scores("7") == [0.75, 0.5]
    assert scores("12345678901") == [0.25]
    assert scores("9") == []
    (face,) = find(IMAGE, SourceImage("x", columns={"SAMPLE_ID": "12345678901"}))
    np.testing.assert_array_equal(face.box, [0.5, 1.5, 29.5, 39.5])
    np.testing.assert_array_equal(face.points, POINTS - 0.5)


def test_image_that_the_index_does_not_know_is_told_from_one_without_a_face(tmp_path):
    torch.save({7.0: [laion(0.5)], 9: []}, tmp_path / "a.pth")
    build_box_index([tmp_path / "a.pth"], tmp_path / "index")
    detector = BoxesFromFile(str(tmp_path / "index"))
    assert len(detector.open()(IMAGE, SourceImage("7"))) == 1
    job = Job(FolderTree("in"), detector, get_recipe("square"))
    data = cv2.imencode(".png", np.zeros((20, 20, 3), np.uint8))[1].tobytes()

    def reason(name: str) -> tuple:
        ((row, _),) = prepare_image(job, SourceImage(name, data), detector.open())
        return row["reason"], row["detail"]

    assert reason("9") == ("no face", "")
    assert reason("8") == ("not in the index", "'8'")


def test_missing_index_is_named_before_anything_is_opened(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no index of boxes in 'retina'.*make"):
        BoxesFromFile("retina").versions()


def test_index_without_a_box_is_refused(tmp_path):
    torch.save({9: []}, tmp_path / "a.pth")
    with pytest.raises(ValueError, match="no box in"):
        build_box_index([tmp_path / "a.pth"], tmp_path / "index")


def test_code_in_a_pth_is_refused(tmp_path):
    class Evil:
        def __reduce__(self):
            return (tmp_path / "executed").touch, ()

    torch.save({1: Evil()}, tmp_path / "evil.pth")
    with pytest.raises(ValueError, match=r"evil\.pth was not loaded"):
        build_box_index([tmp_path / "evil.pth"], tmp_path / "index")
    assert not (tmp_path / "executed").exists()


def test_csv_lines_of_an_image_are_its_faces(tmp_path):
    header = "image,x1,y1,x2,y2,score," + ",".join(
        f"p{axis}{i}" for i in range(1, 6) for axis in "xy"
    )
    lines = [
        header,
        "a/é.jpg,1,2,30,40,0.5,0,1,2,3,4,5,6,7,8,9",
        "b.jpg,5,5,9,9,,,,,,,,,,,",
        "a/é.jpg,2,3,31,41,0.875,,,,,,,,,,",
    ]
    (tmp_path / "boxes.csv").write_text("\n".join(lines))
    assert build_box_index([tmp_path / "boxes.csv"], tmp_path / "index") == 3
    find = BoxesFromFile(str(tmp_path / "index")).open()
    best, other = find(IMAGE, SourceImage("a/é.jpg"))
    assert (best.score, best.points, best.box[0]) == (0.875, None, 2)
    np.testing.assert_array_equal(other.points, POINTS)
    (alone,) = find(IMAGE, SourceImage("b.jpg"))
    assert alone.score == 1


def test_mistakes_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no index of boxes"):
        BoxesFromFile(str(tmp_path)).open()
    (tmp_path / "boxes.csv").write_text("image,x1,y1,x2,y2\na.jpg,1,2,x,4\n")
    with pytest.raises(ValueError, match=r"boxes\.csv line 2: .*'x'"):
        build_box_index([tmp_path / "boxes.csv"], tmp_path / "index")
    torch.save([1, 2], tmp_path / "a.pth")
    with pytest.raises(ValueError, match="no dictionary"):
        build_box_index([tmp_path / "a.pth"], tmp_path / "index")


def test_image_without_the_column_is_an_error(tmp_path):
    torch.save({7: [laion(0.5)]}, tmp_path / "a.pth")
    build_box_index([tmp_path / "a.pth"], tmp_path / "index")
    find = BoxesFromFile(str(tmp_path / "index"), column="SAMPLE_ID").open()
    with pytest.raises(ValueError, match="no column 'SAMPLE_ID'"):
        find(IMAGE, SourceImage("x"))


def test_boxes_of_stored_pixels_follow_a_turned_image(tmp_path):
    (tmp_path / "a.csv").write_text("image,x1,y1,x2,y2\na,-0.5,-0.5,9.5,4.5\n")
    build_box_index([tmp_path / "a.csv"], tmp_path / "index")
    exif = Image.Exif()
    exif[0x0112] = 6  # stored 20 x 10, upright 10 x 20
    buffer = io.BytesIO()
    Image.new("RGB", (20, 10)).save(buffer, "JPEG", exif=exif)
    source, image = SourceImage("a", buffer.getvalue()), np.zeros((20, 10, 3), np.uint8)
    boxes = {}
    for frame in ("upright", "stored"):
        find = BoxesFromFile(str(tmp_path / "index"), frame=frame).open()
        boxes[frame] = find(image, source)[0].box.tolist()
    assert boxes["upright"] == [-0.5, -0.5, 9.5, 4.5]
    assert boxes["stored"] == [4.5, -0.5, 9.5, 9.5]
    with pytest.raises(ValueError, match="frame='turned' must be one of"):
        BoxesFromFile("index", frame="turned")
