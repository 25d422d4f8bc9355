import numpy as np
import pytest

from mcf.benchmark import open_encoder

FACES = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), np.uint8)
VIT_TINY = "mcf_vit-tiny-p14_1xb64-fp32-coslr-10e_faces-112"


def test_backbone_of_a_file_gives_class_token_and_mean(exported):
    encoder = open_encoder(str(exported))
    found = encoder.vectors(FACES)
    assert {name: v.shape for name, v in found.items()} == dict(
        mean=(3, 16), cls=(3, 16)
    )
    assert encoder.trained and encoder.img_size == 32
    assert open_encoder(str(exported)).fingerprint == encoder.fingerprint


def test_random_weights_are_others_by_seed_and_not_called_trained(exported):
    zero, one = (open_encoder(str(exported), untrained=seed) for seed in (0, 1))
    assert not zero.trained and "untrained" in zero.name
    prints = {e.fingerprint for e in (zero, one, open_encoder(str(exported)))}
    assert len(prints) == 3


def test_config_without_weights_is_scored_untrained_only():
    encoder = open_encoder(VIT_TINY, untrained=0)
    assert (encoder.img_size, encoder.trained) == (112, False)
    with pytest.raises(ValueError, match="give --checkpoint FILE, or --untrained"):
        open_encoder(VIT_TINY)


def test_pixels_are_a_small_copy():
    found = open_encoder("pixels", img_size=32).vectors(FACES)["pixels"]
    small = FACES.reshape(3, 16, 2, 16, 2, 3).mean(axis=(2, 4))[..., ::-1]
    expected = (small.transpose(0, 3, 1, 2).reshape(3, -1) - 127.5) / 127.5
    assert np.allclose(found, expected, atol=1e-5)


def test_network_of_timm_has_its_own_statistics():
    timm = pytest.importorskip("timm")
    encoder = open_encoder("timm:resnet18", untrained=0)
    facts = timm.get_pretrained_cfg("resnet18")
    assert encoder.img_size == facts.input_size[-1]
    assert encoder.backbone.mean == pytest.approx([255 * v for v in facts.mean])
    with pytest.raises(ValueError, match="nothing is downloaded"):
        open_encoder("timm:resnet18")


def test_published_network_of_a_config_is_seen_by_its_taps(tmp_path):
    path = tmp_path / "net.py"
    path.write_text("x = 1")
    with pytest.raises(ValueError, match="needs model, or teacher and img_size"):
        open_encoder(str(path))


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("pixels", dict(untrained=0), "neither a checkpoint nor random"),
        ("face.onnx", dict(checkpoint="a"), "neither a checkpoint nor random"),
        (VIT_TINY, dict(untrained=0, img_size=64), "has its own size"),
        ("timm:no_such_net", dict(untrained=0), "no_such_net"),
    ],
)
def test_what_has_no_meaning_is_refused(name, settings, said):
    with pytest.raises(ValueError, match=said):
        open_encoder(name, **settings)


def test_missing_file_is_named(tmp_path):
    for name in ("a.onnx", "b.pth", "c.py"):
        with pytest.raises(FileNotFoundError, match=name):
            open_encoder(str(tmp_path / name))
    with pytest.raises(FileNotFoundError, match=r"config\.json"):
        open_encoder(f"transformers:{tmp_path}")
