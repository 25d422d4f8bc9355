import numpy as np
import pytest

from mcf.drawn_faces import draw_face
from mcf.export import export_onnx, open_onnx_model
from mcf.inference import FaceInferencer
from tests.test_inference.conftest import BrightSquares

pytest.importorskip("onnxruntime")
pytest.importorskip("onnx")
pytest.importorskip("mmseg")
pytest.importorskip("mmpose")
TASKS = {
    "test-points": "landmarks",
    "test-lapa": "parsing",
    "test-celeba": "attributes",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TASKS)
def test_a_named_model_is_exported_and_answers_alike(recorded_models, tmp_path, name):
    out = tmp_path / "model.onnx"
    parity = export_onnx(name, out, decode=True, faces=3, runs=0)
    assert parity.passed
    task = TASKS[name]
    model = open_onnx_model(out)
    assert model.task == task
    photo = np.maximum(draw_face(1, size=112).image[..., ::-1], 110)
    eager = FaceInferencer(**{task: name}, detector=BrightSquares())(photo)
    exported = FaceInferencer(**{task: model}, detector=BrightSquares())(photo)
    assert len(eager) == len(exported) == 4
    if task == "attributes":
        assert exported.attributes.names == eager.attributes.names
        np.testing.assert_allclose(
            exported.attributes.probabilities,
            eager.attributes.probabilities,
            atol=1e-4,
        )
    elif task == "landmarks":
        np.testing.assert_allclose(
            exported.landmarks.points, eager.landmarks.points, atol=1e-2
        )
    else:
        assert (exported.mask(0) == eager.mask(0)).mean() > 0.999
