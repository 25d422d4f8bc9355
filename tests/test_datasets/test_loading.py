"""The shipped data set configs through real loaders."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from mmengine.runner import Runner
from PIL import Image
from torchvision.transforms import functional

from mcf.datasets import FolderStore, SeededSampler
from tests.test_datasets.face_files import NAMES, encode, smooth_image

CONFIGS = Path(__file__).parents[2] / "configs" / "_base_" / "datasets"
FACES = ("faces_released_224", "faces_112")


@pytest.fixture(autouse=True)
def mmpretrain_scope():
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        yield


def build(name, *, root=None, num_workers=0, batch_size=2, transforms=()):
    """Loader of a shipped config, with transforms put before the packing."""
    loader = Config.fromfile(CONFIGS / f"{name}.py").train_dataloader
    faces = loader.dataset.dataset
    if root is not None:
        faces.store.root = str(root)
    faces.pipeline[-1:-1] = list(transforms)
    loader.update(
        batch_size=batch_size,
        num_workers=num_workers,
        persistent_workers=num_workers > 0,
        pin_memory=False,
    )
    return Runner.build_dataloader(loader, seed=0)


def batches(loader):
    return [
        (
            batch["inputs"],
            [s.img_path for s in batch["data_samples"]],
            [s.bad_images for s in batch["data_samples"]],
        )
        for batch in loader
    ]


def assert_equal(first, second):
    assert len(first) == len(second)
    for (images, *names), (others, *other_names) in zip(first, second):
        assert torch.equal(images, others)
        assert names == other_names


@pytest.fixture
def with_bad(tmp_path):
    for seed in range(9):
        image = encode(smooth_image(seed, 20, 20 + seed))
        (tmp_path / f"{seed}.jpg").write_bytes(image)
    (tmp_path / "4.jpg").write_bytes(b"not an image")
    return tmp_path


RANDOM = [
    dict(type="RandomResizedCrop", scale=16),
    dict(type="ColorJitter", brightness=0.5, backend="pillow"),
]


@pytest.fixture
def reference(with_bad):
    """Three epochs loaded without workers."""
    loader = build("faces_112", root=with_bad, transforms=RANDOM)
    epochs = []
    for epoch in range(3):
        loader.sampler.set_epoch(epoch)
        epochs.append(batches(loader))
    return epochs


@pytest.mark.parametrize("num_workers", [1, 2])
def test_order_and_pixels_do_not_depend_on_workers(with_bad, reference, num_workers):
    loader = build(
        "faces_112", root=with_bad, num_workers=num_workers, transforms=RANDOM
    )
    for epoch, expected in enumerate(reference):
        loader.sampler.set_epoch(epoch)
        assert_equal(batches(loader), expected)


@pytest.mark.parametrize("num_workers", [0, 2])
def test_loading_goes_on_where_it_stopped(with_bad, reference, num_workers):
    loader = build(
        "faces_112", root=with_bad, num_workers=num_workers, transforms=RANDOM
    )
    loader.sampler.set_epoch(1)
    loader.sampler.set_start(2 * loader.batch_size)
    assert len(loader) == 4
    assert_equal(batches(loader), reference[1][2:])
    loader.sampler.set_epoch(2)
    assert_equal(batches(loader), reference[2])


def test_epochs_differ_and_bad_images_are_packed(reference):
    assert not torch.equal(reference[0][0][0], reference[1][0][0])
    bad = [b for epoch in reference for *_, batch in epoch for b in batch if b]
    assert bad
    assert {entry for b in bad for entry in b} == {
        ("4.jpg", "not an image: of no supported format")
    }
    assert all("4.jpg" not in names for epoch in reference for _, names, _ in epoch)


def test_loading_leaves_the_random_states_alone(with_bad):
    loader = build("faces_112", root=with_bad, transforms=RANDOM)
    iterator = iter(loader)  # PyTorch draws its workers' base seed here
    torch.manual_seed(0), np.random.seed(0)
    next(iterator)
    after = torch.rand(1).item(), np.random.rand()
    torch.manual_seed(0), np.random.seed(0)
    assert after == (torch.rand(1).item(), np.random.rand())


@pytest.mark.parametrize(("name", "size"), zip(FACES, (224, 112)))
@pytest.mark.parametrize("shape", [(24, 24), (300, 300), (40, 31), (90, 300)])
def test_augmentation_is_the_released_one(tmp_path, name, size, shape):
    """Resize and flip as torchvision does them to the decoded image."""
    (tmp_path / "x.jpg").write_bytes(encode(smooth_image(3, *shape)))
    loader = build(name, root=tmp_path, batch_size=1)
    image = functional.resize(Image.open(tmp_path / "x.jpg"), size)
    top, left = ((side - size) // 2 for side in (image.height, image.width))
    image = image.crop((left, top, left + size, top + size))
    plain = functional.pil_to_tensor(image)[[2, 1, 0]]
    seen = set()
    for epoch in range(12):
        loader.sampler.set_epoch(epoch)
        ((inputs, *_),) = batches(loader)
        assert inputs.dtype == torch.uint8
        flipped = not torch.equal(inputs[0], plain)
        seen.add(flipped)
        if flipped:
            assert torch.equal(inputs[0], plain.flip(-1))
    assert seen == {False, True}


@pytest.mark.parametrize("name", FACES)
@pytest.mark.parametrize("kind", ["folder", "lmdb", "tar"])
def test_configs_take_any_store_by_its_root(
    name, kind, faces_folder, faces_lmdb, faces_tar
):
    root = {"folder": faces_folder, "lmdb": faces_lmdb, "tar": faces_tar}[kind]
    loaded = batches(build(name, root=root))
    expected = batches(build(name, root=faces_folder))
    assert sorted(n for _, names, _ in loaded for n in names) == sorted(NAMES)
    assert_equal(loaded, expected)


def test_synthetic_config_needs_no_files():
    loader = build("synthetic_112")
    batch = next(iter(loader))
    assert batch["inputs"].shape == (2, 3, 112, 112)
    assert batch["inputs"].float().std() > 10


def test_released_config_names_a_missing_root(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        build("faces_released_224", root=tmp_path / "nowhere")


def test_sampler_counts_what_the_loader_has_read_ahead(faces_folder):
    store = FolderStore(faces_folder)
    sampler = SeededSampler(store, seed=0)
    iterator = iter(sampler)
    first = [next(iterator) for _ in range(3)]
    sampler.set_start(3)
    assert first + list(sampler) == list(SeededSampler(store, seed=0))
