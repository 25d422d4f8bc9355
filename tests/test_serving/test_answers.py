import json

import cv2
import numpy as np
import pytest

from mcf.crops.rule import CropRule
from mcf.drawn_faces import draw_face
from mcf.inference import FaceInferencer, FaceResult
from mcf.serving.answers import Upload, answer_uploads


class MiddlePoints:
    """All 68 points in the middle of the crop; not finite for a white one."""

    rule = CropRule("image", (32, 32))
    schema = "ibug68"
    count = 68

    def predict(self, crops):
        shape = (len(crops), self.count)
        points = np.full((*shape, 2), 15.5, np.float32)
        points[crops.min((1, 2, 3)) == 255] = np.nan
        return points, np.ones(shape, np.float32)


@pytest.fixture(scope="module")
def inferencer():
    return FaceInferencer(landmarks=MiddlePoints(), detector=None, max_pixels=5000)


def png(image):
    return cv2.imencode(".png", image)[1].tobytes()


GOOD = png(draw_face(3, 64).image)


def test_answer_is_the_result_with_the_name_of_the_upload(inferencer):
    (answer,) = answer_uploads(inferencer, [Upload("me.png", GOOD)])
    result = FaceResult.from_json(answer.text)
    assert (answer.status, answer.faces, result.source) == (200, 1, "me.png")
    np.testing.assert_allclose(result.landmarks.points[0], 31.5)


@pytest.mark.parametrize(
    ("content", "status", "reason"),
    [
        (b"", 400, "empty"),
        (b"no image at all", 415, "not an image"),
        (png(np.zeros((80, 80, 3), np.uint8)), 413, "too large"),
        (GOOD[:200], 422, "damaged"),
        (png(np.zeros((1, 40, 3), np.uint8)), 422, "too small"),
        (png(np.full((40, 40, 3), 255, np.uint8)), 422, "JSON"),
    ],
)
def test_each_bad_image_has_its_status_and_harms_no_other(
    inferencer, content, status, reason
):
    good = Upload("good", GOOD)
    before, bad, after = answer_uploads(inferencer, [good, Upload("x", content), good])
    assert bad.status == status and reason in bad.text and "image 1" not in bad.text
    assert {answer.together for answer in (before, bad, after)} == {3}
    for answer in (before, after):
        assert answer.status == 200 and json.loads(answer.text)["source"] == "good"


def test_too_many_faces_are_refused_before_networks_see_them():
    crowd = FaceInferencer(landmarks=MiddlePoints(), detector=None, max_faces=0)
    (answer,) = answer_uploads(crowd, [Upload("x", GOOD)])
    assert answer.status == 422 and "too many faces: 1" in answer.text
