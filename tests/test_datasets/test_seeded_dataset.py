import random

import numpy as np
import pytest
import torch

from mcf.datasets import Draw, SeededDataset
from mcf.datasets.seeded_dataset import seeded
from mcf.registry import DATASETS


def noise():
    return random.random(), np.random.rand(), torch.rand(1).item()


class Noise:
    """Data set of random numbers."""

    metainfo = {"kind": "noise"}
    loaded = False

    def full_init(self):
        self.loaded = True

    def __len__(self):
        return 3

    def __getitem__(self, index):
        if index == 2:
            noise()
            raise LookupError("broken")
        return (index, *noise())


def test_sample_depends_on_the_draw_alone():
    dataset = SeededDataset(Noise())
    first = dataset[Draw(0, 7)]
    noise()
    dataset[Draw(1, 8)]
    assert dataset[Draw(0, 7)] == first
    other = dataset[Draw(0, 8)]
    assert all(a != b for a, b in zip(first[1:], other[1:]))


@pytest.mark.parametrize("seed", [0, 2**32, 2**63 - 1])
def test_every_seed_of_63_bits_is_taken(seed):
    with seeded(seed):
        first = noise()
    with seeded(seed):
        assert noise() == first


@pytest.mark.parametrize("index", [0, 2])
def test_surrounding_states_are_restored_even_after_an_error(index):
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    expected = noise()
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    try:
        SeededDataset(Noise())[Draw(index, 7)]
    except LookupError:
        assert index == 2
    assert noise() == expected


def test_held_back_normal_number_enters_no_sample():
    first = []
    for held in (0, 1):
        np.random.seed(0)
        np.random.randn(held)
        with seeded(3):
            first.append(np.random.randn())
    assert first[0] == first[1]


@pytest.mark.parametrize("index", [0, (0, 7)])
def test_plain_index_is_an_error_with_the_remedy(index):
    with pytest.raises(ValueError, match=r"mcf\.SeededSampler"):
        SeededDataset(Noise())[index]


def test_length_meta_information_and_loading_are_those_inside():
    inner = Noise()
    dataset = SeededDataset(inner)
    assert len(dataset) == 3
    assert dataset.metainfo == {"kind": "noise"}
    dataset.full_init()
    assert inner.loaded


def test_data_set_without_late_loading_is_accepted():
    SeededDataset([1, 2]).full_init()


def test_config_is_built(faces_folder):
    store = dict(type="mcf.FolderStore", root=str(faces_folder))
    dataset = DATASETS.build(
        dict(type="mcf.SeededDataset", dataset=dict(type="mcf.FaceImages", store=store))
    )
    assert len(dataset) == 8
