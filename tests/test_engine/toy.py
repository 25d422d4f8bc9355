"""A small model, data set and runner on which hooks and loops are tried."""

import itertools
import random
from pathlib import Path

import numpy as np
import torch
from mmengine.dataset import default_collate
from mmengine.model import BaseModel
from mmengine.runner import Runner
from mmengine.structures import BaseDataElement
from torch import Tensor, nn
from torch.utils.data import Dataset

from mcf import datasets, engine  # noqa: F401  registration
from mcf.datasets import SeededDataset

_RUNS = itertools.count()


class Pixels(Dataset):
    """``size`` noisy images [3, 4, 4]; image ``bad`` is infinite."""

    metainfo = dict(dataset_name="pixels")

    def __init__(self, size: int = 12, bad: int | None = None) -> None:
        self.size, self.bad = size, bad

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> dict:
        image = torch.rand(3, 4, 4) + np.random.rand() + random.random() + index
        if index == self.bad:
            image[:] = float("inf")
        sample = BaseDataElement(metainfo=dict(img_path=f"{index}.png", index=index))
        return dict(inputs=image, data_samples=sample)


class ToyModel(BaseModel):
    """Convolution, BatchNorm and noise from all three generators."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Conv2d(3, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.noise: list[tuple[float, float, float]] = []

    def forward(
        self, inputs: Tensor, data_samples: list | None = None, mode: str = "loss"
    ) -> dict[str, Tensor]:
        self.noise.append((torch.rand(1).item(), random.random(), np.random.rand()))
        features = self.norm(self.backbone(inputs.float() / 10))
        return dict(
            loss_a=(features - sum(self.noise[-1])).square().mean(),
            loss_b=[features.abs().mean(), features.mean()],
            momentum=torch.tensor(0.5),
        )


def toy_runner(
    work_dir: str | Path,
    *,
    size: int = 12,
    bad: int | None = None,
    batch_size: int = 2,
    epochs: int = 2,
    workers: int = 0,
    counts: int = 1,
    **settings: object,
) -> Runner:
    """Runner with our loop, sampler and wrapper; ``settings`` replace its arguments."""
    torch.manual_seed(0)
    arguments = dict(
        model=ToyModel(),
        work_dir=str(work_dir),
        train_dataloader=dict(
            dataset=SeededDataset(Pixels(size, bad)),
            sampler=dict(type="mcf.SeededSampler"),
            batch_size=batch_size,
            num_workers=workers,
            collate_fn=default_collate,
        ),
        train_cfg=dict(type="mcf.ResumableEpochLoop", max_epochs=epochs),
        optim_wrapper=dict(
            type="mcf.OptimWrapper",
            optimizer=dict(type="AdamW", lr=0.01),
            accumulative_counts=counts,
        ),
        param_scheduler=[
            dict(type="LinearLR", by_epoch=False, start_factor=0.1, end=5),
            dict(type="MultiStepLR", by_epoch=True, milestones=[1], gamma=0.1),
        ],
        default_hooks=dict(
            checkpoint=dict(
                type="mcf.AtomicCheckpointHook", interval=1, by_epoch=False
            ),
            logger=dict(type="LoggerHook", interval=1),
        ),
        custom_hooks=[dict(type="mcf.SeedIterationHook")],
        randomness=dict(seed=3),
        experiment_name=f"toy_{next(_RUNS)}",
        log_level="WARNING",
    )
    return Runner(**(arguments | settings))


def assert_same(left: object, right: object, name: str = "") -> None:
    """Every tensor equal bit for bit, every other value equal, at any depth."""
    assert type(left) is type(right), name
    if isinstance(left, Tensor):
        assert left.dtype == right.dtype, name
        assert torch.equal(left, right), name
    elif isinstance(left, dict):
        assert left.keys() == right.keys(), name
        for key in left:
            assert_same(left[key], right[key], f"{name}/{key}")
    elif isinstance(left, (list, tuple)):
        assert len(left) == len(right), name
        for i, (a, b) in enumerate(zip(left, right)):
            assert_same(a, b, f"{name}/{i}")
    else:
        assert left == right, name
