"""Inferencers of the OpenMMLab family in the same process."""

from pathlib import Path

import numpy as np
from mmengine.registry import DefaultScope

from mcf.inference import FaceInferencer

from .conftest import BrightSquares, tiny_parsing

IMAGE = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
POSE = "topdown_regression/wflw/td-reg_res50_8xb64-210e_wflw-256x256.py"


def run_mmpretrain() -> None:
    from mmpretrain import ImageClassificationInferencer

    inferencer = ImageClassificationInferencer("resnet18_8xb32_in1k", pretrained=False)
    assert "pred_class" in inferencer(IMAGE)[0]


def run_mmseg() -> None:
    from mmseg.apis import MMSegInferencer

    config = tiny_parsing()
    config.test_dataloader.dataset.pipeline.insert(0, dict(type="LoadImageFromFile"))
    assert MMSegInferencer(config)(IMAGE)["predictions"].shape == (64, 64)


def run_mmpose() -> None:
    import mmpose
    from mmpose.apis import MMPoseInferencer

    config = Path(mmpose.__file__).parent / ".mim/configs/face_2d_keypoint" / POSE
    inferencer = MMPoseInferencer(pose2d=str(config), det_model="whole_image")
    assert "keypoints" in next(inferencer(IMAGE))["predictions"][0][0]


def test_order_of_inferencers_does_not_matter(landmarks, parsing, exported, photos):
    settings = dict(landmarks=landmarks, parsing=parsing, embedding=exported)
    first = FaceInferencer(**settings, detector=BrightSquares())
    expected = first(photos[4])
    for run in (run_mmpretrain, run_mmpose, run_mmseg):
        run()
        scope = getattr(DefaultScope.get_current_instance(), "scope_name", None)
        again = FaceInferencer(**settings, detector=BrightSquares())
        for inferencer in (first, again):
            result = inferencer(photos[4])
            np.testing.assert_array_equal(
                result.landmarks.points, expected.landmarks.points
            )
            np.testing.assert_array_equal(result.embeddings, expected.embeddings)
            for face in range(4):
                np.testing.assert_array_equal(result.mask(face), expected.mask(face))
        left = getattr(DefaultScope.get_current_instance(), "scope_name", None)
        assert left == scope
    for run in (run_mmseg, run_mmpose):  # mmpretrain's own fails where mmseg's ran
        run()
