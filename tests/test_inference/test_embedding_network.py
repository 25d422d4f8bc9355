from dataclasses import replace

import numpy as np
import pytest

from mcf.apis import extract_features, load_backbone_model
from mcf.crops.recipes import get_recipe
from mcf.inference import FaceInferencer
from mcf.inference.embedding_network import EmbeddingNetwork

from .conftest import BrightSquares


def test_embedding_is_the_feature_of_the_crop(exported, photos):
    backbone = load_backbone_model(exported)
    for pooling in ("mean", "cls"):
        network = EmbeddingNetwork(backbone, pooling=pooling)
        assert network.length == 16
        crops = np.stack(photos)[:, :32, :32]
        expected = extract_features(backbone, crops, pooling=pooling)
        np.testing.assert_allclose(network.predict(crops), expected, atol=1e-5)


def test_recipe_of_the_training_set_cuts(exported):
    backbone = load_backbone_model(exported)
    assert EmbeddingNetwork(backbone).rule.recipe == get_recipe("square", size=32)
    for name, expected in (("five-point", "five-point"), ("whole", "square")):
        crop = get_recipe(name, size=64).to_dict()
        rule = EmbeddingNetwork(replace(backbone, crop=crop)).rule
        assert rule.recipe == get_recipe(expected, size=32)


def test_file_of_a_backbone_is_enough(exported, photos):
    inferencer = FaceInferencer(embedding=exported, detector=BrightSquares())
    result = inferencer(photos[2])
    assert result.embeddings.shape == (2, 16)
    assert result.landmarks is None and result.parsing is None
    assert inferencer(photos[0]).embeddings.shape == (0, 16)


def test_unknown_pooling_is_refused(exported):
    with pytest.raises(ValueError, match="pooling 'max'"):
        EmbeddingNetwork(load_backbone_model(exported), pooling="max")
