"""Each kind of network of the shipped configs exports; slow."""

import pytest
import torch
from mmengine.config import Config

from mcf.datasets.parsing.class_sets import get_class_set
from mcf.export import export_onnx
from mcf.inference.loading import load_network
from tests.test_configs import shrunk_alignment
from tests.test_configs.test_parsing import CONFIGS as PARSING
from tests.test_configs.test_parsing import shrink

ALIGNMENT = shrunk_alignment.CONFIGS
PARSING_KINDS = (
    "mcf_vit-base-p16_segformer",
    "mcf_vit-tiny-p14_fcn",
    "mcf_vit-tiny-p14_segmenter",
    "resnet50_uper",
    "swin-tiny_uper",
)
ALIGNMENT_KINDS = {
    "mcf_vit-base-p16_heatcoord_8xb5-fp32-step-150e_wflw": "wflw98",
    "mcf_vit-tiny-p14_regression": "cofw29",
    "resnet50_heatcoord": "ibug68",
}


def first(configs, start):
    return Config.fromfile(next(p for p in configs if p.stem.startswith(start)))


def export(config, meta, folder):
    torch.manual_seed(0)
    content = dict(
        state_dict=load_network(config).model.state_dict(),
        meta=dict(dataset_meta=meta),
    )
    torch.save(content, folder / "epoch_1.pth")
    return export_onnx(
        folder / "epoch_1.pth",
        folder / "network.onnx",
        config=config,
        decode=True,
        faces=3,
        runs=0,
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", PARSING_KINDS)
def test_parsing(kind, tmp_path):
    for package in ("mmseg", "onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(package)
    config = first(PARSING, kind)
    shrink(config)
    for step in config.test_dataloader.dataset.pipeline:
        if "size" in step:
            step.size = 64
    classes = "lapa" if config.model.decode_head.num_classes == 11 else None
    meta = get_class_set(classes or "celebamask_hq_farl").metainfo()
    assert export(config, meta, tmp_path).passed


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "schema"), ALIGNMENT_KINDS.items())
def test_alignment(kind, schema, tmp_path):
    for package in ("mmpose", "onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(package)
    config = first(ALIGNMENT, kind)
    shrunk_alignment.shrink(config)
    assert export(config, {"landmark_schema": schema}, tmp_path).passed
