import numpy as np
import pytest
import torch

from mcf.apis import extract_features, extract_taps, load_backbone_model
from mcf.checkpoint.safe_load import load_file
from mcf.models.frozen_backbone import fit_square
from mcf.registry import MODELS
from tests.exported_backbone import BACKBONE, META


@pytest.fixture
def faces() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (32, 32, 3), dtype=np.uint8) for _ in range(5)]


def tokens_of(path, faces) -> torch.Tensor:
    """Tokens by the model's own method, on images normalised by hand."""
    model = MODELS.build(BACKBONE)
    content = torch.load(path, weights_only=True)["state_dict"]
    model.load_state_dict({k[len("backbone.") :]: v for k, v in content.items()})
    model.eval()
    rgb = np.stack(faces)[..., ::-1].astype(np.float32)
    normalised = (rgb - np.float32(META["mean"])) / np.float32(META["std"])
    with torch.no_grad():
        return model.encode_all(torch.from_numpy(normalised).permute(0, 3, 1, 2))


def test_features_are_the_tokens_of_normalised_rgb(exported, faces):
    backbone, tokens = load_backbone_model(exported), tokens_of(exported, faces)
    for pooling, expected in dict(
        cls=tokens[:, 0], mean=tokens[:, 1:].mean(1), tokens=tokens[:, 1:].flatten(1)
    ).items():
        features = extract_features(backbone, faces, pooling=pooling)
        assert features.dtype == np.float32
        np.testing.assert_allclose(features, expected, atol=1e-5)


def test_batches_do_not_change_features(exported, faces):
    backbone = load_backbone_model(exported)
    whole = extract_features(backbone, faces, batch_size=5)
    parts = extract_features(backbone, iter(faces), batch_size=2)
    np.testing.assert_allclose(parts, whole, atol=1e-5)


def test_network_without_tokens_gives_its_map(faces, tmp_path):
    config = dict(type="mmpretrain.ResNet", depth=18, base_channels=4)
    config |= dict(stem_channels=4, out_indices=(3,))
    model = MODELS.build(config)
    state = {f"backbone.{k}": v for k, v in model.state_dict().items()}
    torch.save(
        dict(state_dict=state, meta=META | dict(backbone=config)), tmp_path / "r"
    )
    backbone = load_backbone_model(tmp_path / "r")
    tokens = extract_features(backbone, faces, pooling="tokens")
    np.testing.assert_allclose(
        extract_features(backbone, faces), tokens.reshape(5, 1, -1).mean(1), atol=1e-5
    )
    with pytest.raises(ValueError, match="no class token"):
        extract_features(backbone, faces, pooling="cls")


def test_image_is_cropped_to_its_central_square():
    image = np.zeros((4, 10, 3), np.uint8)
    image[:, 3:7] = 200
    assert (fit_square(image, 4) == 200).all()
    assert (fit_square(image.transpose(1, 0, 2), 8) == 200).all()


@pytest.mark.parametrize(
    "image",
    [np.zeros((4, 4, 3)), np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), "u1")],
)
def test_image_of_another_kind_is_refused(image):
    with pytest.raises(ValueError, match=r"expected a uint8 image \[H,W,3\], got"):
        fit_square(image, 4)


def test_no_image_and_unknown_pooling_are_refused(exported, faces):
    backbone = load_backbone_model(exported)
    with pytest.raises(ValueError, match="no image"):
        extract_features(backbone, [])
    with pytest.raises(ValueError, match="'max' is not one of cls, mean, tokens"):
        extract_features(backbone, faces, pooling="max")


def test_taps_are_outputs_of_the_blocks(exported, faces):
    backbone = load_backbone_model(exported)
    first, last = extract_taps(backbone, faces, ["layers.0", "layers.1"], batch_size=2)
    assert first.shape == last.shape == (5, 17, 16) and first.dtype == np.float32
    with torch.no_grad():
        normed = backbone.model.ln1(torch.from_numpy(last))
    np.testing.assert_allclose(normed, tokens_of(exported, faces), atol=1e-5)
    assert np.abs(first - last).max() > 0.01


def test_taps_that_do_not_exist_are_refused(exported, faces):
    backbone = load_backbone_model(exported)
    with pytest.raises(ValueError, match=r"taps \['layers.7'\] name no sub-module"):
        extract_taps(backbone, faces, ["layers.7"])
    with pytest.raises(ValueError, match="no image"):
        extract_taps(backbone, [], ["layers.0"])


def test_encoder_of_mae_is_not_masked(exported, tmp_path):
    """Its own forward pass hides three quarters of the patches, at random."""
    content = load_file(exported)
    content["meta"]["backbone"] = content["meta"]["backbone"] | dict(type="MAEViT")
    torch.save(content, tmp_path / "mae.pth")
    images = [np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)] * 2
    mae = extract_features(load_backbone_model(tmp_path / "mae.pth"), images)
    np.testing.assert_allclose(
        mae, extract_features(load_backbone_model(exported), images), rtol=1e-5
    )


def test_patches_are_the_tokens_one_by_one(exported):
    backbone = load_backbone_model(exported)
    images = [np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)]
    patches = extract_features(backbone, images, pooling="patches")
    assert patches.shape == (1, 16, 16)
    tokens = extract_features(backbone, images, pooling="tokens")
    np.testing.assert_array_equal(patches.reshape(1, -1), tokens)
