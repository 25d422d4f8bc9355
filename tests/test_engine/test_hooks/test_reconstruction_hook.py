import random
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.model import BaseModel
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner
from mmpretrain.models import SelfSupDataPreprocessor
from torch import nn
from torch.utils.data import DataLoader, Dataset, default_collate

from mcf.engine.hooks.reconstruction_hook import ReconstructionHook, _evaluating


class Reconstruction:
    """The fields that a sheet reads."""

    def __init__(self, images: torch.Tensor, hidden: torch.Tensor, made: torch.Tensor):
        self.images, self.pseudo_image = images, made
        self.online_mask = self.target_mask = hidden
        self.target_features = [images.flatten(2).transpose(1, 2)]
        self.pseudo_features = [made.flatten(2).transpose(1, 2)]
        self.grid = (4, 4)


class ToyModel(BaseModel):
    """Draws from every random generator, in training and in reconstruction."""

    def __init__(self) -> None:
        super().__init__(
            SelfSupDataPreprocessor(mean=[128] * 3, std=[64] * 3, to_rgb=True)
        )
        self.conv = nn.Conv2d(3, 3, 1)
        self.norm = nn.BatchNorm2d(3)
        self.frozen_norm = nn.BatchNorm2d(3).eval()
        self.seen: list[torch.Tensor] = []
        self.masks: list[torch.Tensor] = []

    def forward(self, inputs, data_samples=None, mode="loss"):
        noise = torch.rand(1) + random.random() + np.random.rand()
        return dict(loss=(self.norm(self.conv(inputs)) * noise - 1).square().mean())

    def reconstruct(self, images: torch.Tensor) -> Reconstruction:
        hidden = torch.rand(len(images), 16) + random.random() + np.random.rand() > 1.5
        self.seen.append(images.clone())
        self.masks.append(hidden)
        assert not self.norm.training
        return Reconstruction(images, hidden.float(), self.norm(self.conv(images)))


class Noise(Dataset):
    def __len__(self) -> int:
        return 12

    def __getitem__(self, i: int) -> dict:
        pixels = np.random.default_rng(i).integers(0, 256, (3, 4, 4), dtype=np.uint8)
        return dict(inputs=torch.from_numpy(pixels), data_samples=i)


def train(
    work_dir: Path, hooks: list, *, epochs: int = 2, resume: bool = False
) -> ToyModel:
    torch.manual_seed(0)
    random.seed(0)
    np.random.seed(0)
    model = ToyModel()
    runner = Runner(
        model,
        str(work_dir),
        train_dataloader=DataLoader(Noise(), batch_size=4, collate_fn=default_collate),
        train_cfg=dict(by_epoch=True, max_epochs=epochs),
        optim_wrapper=OptimWrapper(torch.optim.SGD(model.parameters(), lr=0.1)),
        custom_hooks=hooks,
        default_hooks=dict(checkpoint=dict(type="CheckpointHook", interval=1)),
        resume=resume,
        experiment_name=work_dir.name + str(epochs),
    )
    runner.train()
    return model


def pictures(work_dir: Path) -> list[str]:
    return sorted(f.name for f in work_dir.glob("*/vis_data/vis_image/*.png"))


def test_pictures_before_the_first_every_interval_and_after_the_last(tmp_path):
    train(tmp_path, [ReconstructionHook(interval=4, num_images=2)])
    assert pictures(tmp_path) == [f"reconstruction_{i}.png" for i in (0, 4, 6)]
    file = next(tmp_path.glob("*/vis_data/vis_image/reconstruction_6.png"))
    assert cv2.imread(str(file)).std() > 0


def test_every_picture_shows_the_first_faces_under_the_same_masks(tmp_path):
    model = train(tmp_path, [ReconstructionHook(interval=2, num_images=2)])
    first = np.stack([Noise()[i]["inputs"].numpy() for i in range(2)])
    rgb = torch.from_numpy(first[:, ::-1].copy()).float()
    assert len(model.seen) == 4
    for images, mask in zip(model.seen, model.masks):
        torch.testing.assert_close(images, (rgb - 128) / 64)
        assert torch.equal(mask, model.masks[0])


def test_training_is_the_same_to_the_last_bit_with_and_without(tmp_path):
    plain = train(tmp_path / "plain", [])
    drawn = train(tmp_path / "drawn", [ReconstructionHook(interval=1)])
    assert len(drawn.seen) == 7
    for key, value in plain.state_dict().items():
        assert torch.equal(value, drawn.state_dict()[key]), key


def test_modes_of_submodules_are_put_back_even_after_an_error():
    model = ToyModel()
    model.train()
    model.frozen_norm.eval()
    with pytest.raises(KeyError), _evaluating(model):
        assert not model.norm.training
        raise KeyError
    assert model.training and model.norm.training and not model.frozen_norm.training


def test_a_resumed_run_draws_the_faces_of_the_first_one(tmp_path):
    first = train(tmp_path, [ReconstructionHook(interval=3, num_images=2)], epochs=1)
    saved = tmp_path / "reconstruction_inputs.pt"
    faces = torch.load(saved, weights_only=True)
    torch.save(faces.flip(0), saved)
    resumed = train(
        tmp_path,
        [ReconstructionHook(interval=3, num_images=2)],
        resume=True,
    )
    assert len(resumed.seen) == 1
    assert torch.equal(resumed.seen[0], first.seen[0].flip(0))


@pytest.mark.parametrize("planted", [{}, torch.zeros(2, 3, 5, 5), torch.zeros(2)])
def test_faces_of_another_kind_are_refused_by_name(tmp_path, planted):
    train(tmp_path, [ReconstructionHook(num_images=2)], epochs=1)
    torch.save(planted, tmp_path / "reconstruction_inputs.pt")
    with pytest.raises(ValueError, match=r"reconstruction_inputs\.pt holds no images"):
        train(tmp_path, [ReconstructionHook(num_images=2)], resume=True)


def test_a_new_run_replaces_the_faces_of_an_old_one(tmp_path):
    saved = tmp_path / "reconstruction_inputs.pt"
    saved.write_bytes(b"left by a run that was killed while writing")
    train(tmp_path, [ReconstructionHook(num_images=2)], epochs=1)
    assert torch.load(saved, weights_only=True).shape == (2, 3, 4, 4)


def test_model_that_cannot_reconstruct_is_refused_before_training(tmp_path):
    class Plain(ToyModel):
        reconstruct = property()  # hasattr is False

    class FakeRunner:
        model = Plain()

    with pytest.raises(ValueError, match=r"Plain has no method .*remove mcf\.Recon"):
        ReconstructionHook().before_train(FakeRunner())
