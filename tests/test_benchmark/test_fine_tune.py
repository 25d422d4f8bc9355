from dataclasses import replace

import pytest
import torch

from mcf.benchmark.encoder import backbone_encoder
from mcf.benchmark.fine_tune import fine_tuned, fine_tuning_config
from mcf.benchmark.run import Benchmark
from mcf.models.backbone_loaders import load_backbone_model
from tests.test_benchmark.sets import mean_colours, write_utkface
from tests.test_benchmark.test_run import trained

DLDL = "vit-tiny-p14_dldl_1xb64-fp32-coslr-10e_utkface-112"
QUICK = {
    "train_cfg.max_epochs": 1,
    "train_dataloader.num_workers": 0,
    "train_dataloader.persistent_workers": False,
    "test_dataloader.num_workers": 0,
    "test_dataloader.persistent_workers": False,
}


@pytest.fixture
def row(tmp_path):
    write_utkface(tmp_path / "utkface", train=70)
    return replace(trained("age", "mae", tmp_path / "utkface"), fine_tune=DLDL)


def test_config_gets_backbone_size_statistics_and_data_of_the_row(row, exported):
    config = fine_tuning_config(row, load_backbone_model(exported))
    assert config.model.backbone.type == "mcf.MaskedViT"
    assert config.model.backbone.out_type == "cls_token"
    assert config.model.head.in_channels == 16
    assert config.model.data_preprocessor.mean == [120, 110, 100]
    for loader in (config.train_dataloader, config.test_dataloader):
        assert loader.dataset.data_root == row.places[0]["data_root"]
        scales = [step.scale for step in loader.dataset.pipeline if "scale" in step]
        assert scales == [(32, 32)]


@pytest.mark.slow
def test_run_starts_from_the_encoder_and_gives_the_scores_of_the_row(
    row,
    exported,
    tmp_path,
):
    encoder = backbone_encoder(load_backbone_model(exported), "tiny")
    found = fine_tuned(encoder, row, 0, tmp_path / "runs", options=QUICK)
    assert {"mae", "cs5"} <= found.scores.keys() and found.scores["mae"] < 60
    assert found.counts == {"train": 72, "test": 20}
    start = torch.load(tmp_path / "runs/age_0/start.pth", weights_only=True)
    own = encoder.backbone.model.state_dict()
    assert all(torch.equal(start["state_dict"][f"backbone.{k}"], own[k]) for k in own)


def test_encoder_that_cannot_be_trained_leaves_the_row_empty(row, tmp_path):
    benchmark = Benchmark(mean_colours(), [row], tmp_path / "out", fine_tune=True)
    found = benchmark.run()
    assert "is no ViT of mmpretrain" in found.missing["age"]
    assert {entry.way for entry in found.entries} == {"frozen"}
