import numpy as np
import pytest
import torch

from mcf.checkpoint import CheckpointFile
from mcf.checkpoint.farl import from_farl, network_state
from mcf.hub.registry import get_model
from mcf.inference import FaceInferencer, FaceResult
from mcf.inference.attribute_network import AttributeNetwork
from mcf.inference.loading import load_network

from .conftest import BrightSquares

pytest.importorskip("mmseg")
pytest.importorskip("mmpose")


def test_a_name_does_where_config_and_checkpoint_do(recorded_models, photos, tmp_path):
    inferencer = FaceInferencer(
        landmarks="test-points",
        parsing="test-lapa",
        attributes="hub://test-celeba",
        detector=BrightSquares(),
    )
    results = inferencer(photos)
    assert sum(map(len, results)) == sum(number % 5 for number in range(8))
    for result in results:
        count = len(result)
        assert result.landmarks.points.shape == (count, 19, 2)
        assert result.landmarks.schema == "aflw19"
        assert result.parsing.class_set.name == "LaPa"
        assert result.attributes.probabilities.shape == (count, 40)
        assert result.attributes.names[15] == "Eyeglasses"
        again = FaceResult.from_json(result.to_json())
        assert again.attributes.names == result.attributes.names
        np.testing.assert_array_equal(
            again.attributes.probabilities, result.attributes.probabilities
        )
    files = results[3].save(tmp_path / "out", name="photo")
    assert [file.suffix for file in files] == [".json", ".jpg"]
    assert "attributes" in results[3].timings


def test_points_of_a_crop_lie_where_the_maps_say(recorded_models, photos):
    """The whole way of a photo equals the steps taken one by one."""
    inferencer = FaceInferencer(landmarks="test-points", detector=BrightSquares())
    result = inferencer(photos[4])
    network = load_network("test-points")
    rule = get_model("test-points").crop.rule()
    faces = BrightSquares().open()(photos[4], None)
    for points, face in zip(result.landmarks.points, faces, strict=True):
        crop = rule.cut(photos[4], face, "detected")
        image = torch.from_numpy(crop.pixels[..., ::-1].copy()).permute(2, 0, 1)[None]
        preprocessor = network.model.data_preprocessor
        with torch.no_grad():
            image = (image.float() - preprocessor.mean) / preprocessor.std
            heat = network.model.head(network.model.extract_feat(image)).sigmoid()[0]
        centres = torch.arange(heat.shape[-1]) + 0.5
        mass = heat.sum(dim=(1, 2))
        x = (heat.sum(dim=1) * centres).sum(dim=1) / mass
        y = (heat.sum(dim=2) * centres).sum(dim=1) / mass
        step = 96 / heat.shape[-1]
        in_crop = torch.stack([x, y], dim=1).double().numpy() * step - 0.5
        back = np.linalg.inv(crop.matrix)
        expected = in_crop @ back[:2, :2].T + back[:2, 2]
        np.testing.assert_allclose(points, expected, atol=1e-2)


def test_the_file_itself_goes_with_a_config(recorded_models):
    network = load_network("test-points")
    file = recorded_models / "test-points" / "alignment.jit.pt"
    again = load_network(network.config, file)
    for name, tensor in network.model.state_dict().items():
        assert torch.equal(again.model.state_dict()[name], tensor), name
    state = from_farl(network_state(CheckpointFile("hub://test-points")))
    assert state.keys() == network.model.state_dict().keys()


def test_a_name_of_another_task_says_so(recorded_models):
    with pytest.raises(ValueError, match="finds no parts"):
        FaceInferencer(parsing="test-points")
    with pytest.raises(ValueError, match="no landmarks"):
        FaceInferencer(landmarks="test-lapa")
    with pytest.raises(ValueError, match="tells no attributes"):
        AttributeNetwork(load_network("test-lapa"))
    with pytest.raises(ValueError, match=r"no model 'farl-lappa'; there are farl-lapa"):
        FaceInferencer(parsing="farl-lappa")


def test_without_network_the_error_says_what_to_do(recorded_models):
    with pytest.raises(
        ConnectionError,
        match=r"MCF_OFFLINE.*github.*lapa.*646604126 bytes.*models/farl-lapa/face_",
    ):
        FaceInferencer(parsing="farl-lapa")


def test_a_damaged_file_is_refused_by_name(recorded_models):
    file = recorded_models / "test-lapa" / "parsing.jit.pt"
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    with pytest.raises(ValueError, match=r"parsing\.jit\.pt"):
        FaceInferencer(parsing="test-lapa")
