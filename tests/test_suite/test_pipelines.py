"""Samples go through mmpretrain's own pipeline and loader."""

import mmpretrain.datasets  # noqa: F401
import pytest
import torch
from mmengine.runner import Runner

from mcf.registry import registry_scope

from .sets import LABELLED, PAIRS

KINDS = {
    "celeba": lambda sample: sample.gt_score.shape == (40,),
    "rafdb": lambda sample: sample.gt_label.tolist() in ([4], [0]),
    "agedb": lambda sample: 20 <= float(sample.gt_age) < 30,
    "aflw2000": lambda sample: sample.gt_rotation.shape == (3, 3),
    "lfw": lambda sample: sample.sample_idx in range(13),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_batch_of_mmpretrain(name, replica):
    kind = LABELLED[name].kind if name in LABELLED else PAIRS[name][0]
    pipeline = [
        dict(type="mcf.LoadFaceImage"),
        dict(type="Resize", scale=(32, 32)),
        dict(
            type="PackInputs",
            algorithm_keys=("gt_age", "gt_rotation"),
            meta_keys=("img_path", "groups", "sample_idx"),
        ),
    ]
    loader = dict(
        batch_size=2,
        num_workers=0,
        dataset=dict(type=f"mcf.{kind.__name__}", data_root=str(replica(name))),
        sampler=dict(type="DefaultSampler", shuffle=False),
    )
    loader["dataset"] |= dict(pipeline=pipeline, serialize_data=False)
    with registry_scope("mmpretrain"):
        batch = next(iter(Runner.build_dataloader(loader)))
    assert all(image.shape == (3, 32, 32) for image in batch["inputs"])
    assert all(image.dtype == torch.uint8 for image in batch["inputs"])
    assert all(map(KINDS[name], batch["data_samples"]))
