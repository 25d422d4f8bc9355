import json

import numpy as np
import pytest

from mcf.crops.recipes import get_recipe
from mcf.datasets.parsing.class_sets import LAPA
from mcf.inference import CropRule
from mcf.inference.model_card import ModelCard


def card(**changes):
    settings = dict(
        task="parsing",
        crop=CropRule("five_points", (6, 4), scale=0.8, warp_factor=0.8),
        channels="rgb",
        mean=(1.0, 2.0, 3.0),
        std=(2.0, 4.0, 8.0),
        outputs={"logits": "of the crop"},
        config="a-config",
        checkpoint="epoch_1.pth",
        sha256="0" * 64,
        mcf_version="0.1",
        class_set=LAPA,
    )
    return ModelCard(**settings | changes)


@pytest.mark.parametrize(
    "written",
    [
        card(),
        card(task="landmarks", landmarks="wflw98", points=98, class_set=None),
        card(
            task="embedding",
            crop=CropRule("recipe", (32, 32), recipe=get_recipe("square", size=32)),
            class_set=None,
        ),
    ],
    ids=lambda card: card.task,
)
def test_card_is_read_as_it_was_written(written):
    metadata = written.to_metadata() | {"producer": "someone else"}
    assert all(isinstance(value, str) for value in metadata.values())
    assert ModelCard.from_metadata(metadata) == written


def test_metadata_is_readable_without_this_library():
    metadata = card().to_metadata()
    assert metadata["mcf.task"] == "parsing"
    assert json.loads(metadata["mcf.mean"]) == [1.0, 2.0, 3.0]
    assert json.loads(metadata["mcf.class_set"])["classes"][1] == "skin"
    assert json.loads(metadata["mcf.crop"])["size"] == [6, 4]
    assert "mcf.landmarks" not in metadata


def test_network_without_metadata_is_refused():
    with pytest.raises(ValueError, match=r"mcf export"):
        ModelCard.from_metadata({"producer": "someone else"})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("mcf.mean", None, "not complete"),
        ("mcf.mean", "[1,", "damaged"),
        ("mcf.crop", "{}", "no crop rule"),
        ("mcf.class_set", '{"name": "x"}', "not complete"),
        ("mcf.class_set", None, "parsing without class_set"),
        ("mcf.task", "landmarks", "landmarks without landmarks and points"),
        ("mcf.task", "detection", "unknown task 'detection'"),
    ],
)
def test_damaged_metadata_is_refused(name, value, message):
    metadata = card().to_metadata()
    if value is None:
        del metadata[name]
    else:
        metadata[name] = value
    with pytest.raises(ValueError, match=message):
        ModelCard.from_metadata(metadata)


@pytest.mark.parametrize("channels", ["rgb", "bgr"])
def test_crops_are_normalised_by_channel(channels):
    crops = np.zeros((2, 4, 6, 3), np.uint8)
    crops[..., 0], crops[..., 2] = 11, 5  # blue and red
    images = card(channels=channels).normalised(crops)
    first, last = (5, 11) if channels == "rgb" else (11, 5)
    assert images.shape == (2, 3, 4, 6) and images.dtype == np.float32
    assert np.all(images[:, 0] == (first - 1) / 2)
    assert np.all(images[:, 1] == -0.5)
    assert np.all(images[:, 2] == (last - 3) / 8)


@pytest.mark.parametrize(
    "crops",
    [np.zeros((1, 6, 4, 3), np.uint8), np.zeros((1, 4, 6, 3), np.float32)],
)
def test_crops_of_another_size_or_type_are_refused(crops):
    with pytest.raises(ValueError, match=r"expected uint8 crops \[B,4,6,3\]"):
        card().normalised(crops)
