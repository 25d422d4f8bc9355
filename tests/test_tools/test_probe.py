import json

import pytest
import torch
from mmengine.config import Config

import mcf.models  # noqa: F401  registers the backbone
from mcf.apis import load_backbone_model
from mcf.probing import build_probes
from mcf.registry import MODELS
from tests.test_engine.tiny_run import ROOT
from tests.tools import load_tool

CONFIGS = ROOT / "configs"


@pytest.fixture(scope="module")
def main():
    return load_tool("probe").main


@pytest.fixture
def backbone(tmp_path) -> str:
    arch = dict(embed_dims=16, num_layers=1, num_heads=2, feedforward_channels=32)
    config = dict(type="mcf.MaskedViT", arch=arch, img_size=32, patch_size=8)
    model = MODELS.build(config)
    state = {f"backbone.{name}": value for name, value in model.state_dict().items()}
    meta = dict(backbone=config, img_size=32, mean=[120.0] * 3, std=[60.0] * 3)
    torch.save(dict(state_dict=state, meta=meta), tmp_path / "backbone.pth")
    return str(tmp_path / "backbone.pth")


def test_probe_of_helen_prints_a_table_and_writes_json(
    main, backbone, shared, tmp_path, capsys
):
    root = str(shared / "data" / "faces_samples" / "helen_29")
    out = tmp_path / "new" / "probe.json"
    main(
        f"--backbone {backbone} --data helen29 --root {root} --pooling mean "
        f"--untrained 1 --folds 3 --seed 2 --out {out}".split()
    )
    text = capsys.readouterr().out
    assert "helen29: 201 faces, 29 points, 3 folds" in text and "leak" in text
    assert "untrained (seed 2)  mean" in text
    report = json.loads(out.read_text())
    assert [len(score["fold_nme"]) for score in report["scores"]] == [3, 3, 3]
    assert all(2 < score["mean"] < 40 for score in report["scores"])


def test_helen_is_probed_as_by_its_config(main, backbone, shared, tmp_path):
    """The same faces, and folds that tear no photo's faces apart."""
    root = str(shared / "data" / "faces_samples" / "helen_29")
    out = tmp_path / "probe.json"
    main(
        f"--backbone {backbone} --data helen29 --root {root} --pooling tokens "
        f"--untrained 0 --out {out}".split()
    )
    config = Config.fromfile(CONFIGS / "probing" / "helen29.py")
    config.probes[0].dataset.data_root = root
    scores = build_probes(config.probes)[0](load_backbone_model(backbone))
    report = json.loads(out.read_text())["scores"][1]["face_nme"]
    assert sum(report) / 201 == pytest.approx(scores["landmarks/ridge_nme"])


def test_missing_folder_of_helen_is_named(main, backbone, tmp_path):
    command = ["--backbone", backbone, "--data", "helen29", "--root", str(tmp_path)]
    with pytest.raises(FileNotFoundError, match=r"helen29_train\.json"):
        main(command)


def test_backbone_of_any_config_takes_weights_in_timms_names(main, tmp_path, capsys):
    timm = pytest.importorskip("timm")
    network = timm.create_model("test_vit", num_classes=0, img_size=32, patch_size=8)
    torch.save(network.state_dict(), tmp_path / "public.pth")
    settings = dict(img_size=32, patch_size=8)
    network = dict(type="mcf.TimmBackbone", name="test_vit", settings=settings)
    model = dict(
        backbone=dict(type="mcf.MaskedBackbone", network=network, img_size=32),
        data_preprocessor=dict(mean=[120.0] * 3, std=[60.0] * 3, to_rgb=True),
    )
    (tmp_path / "backbone.py").write_text(f"model = {model!r}\n")
    faces = dict(type="mcf.SyntheticLandmarks", split="test", length=9, size=64)
    probe = dict(type="mcf.LandmarkProbe", dataset=faces, folds=3, neighbours=2)
    (tmp_path / "probes.py").write_text(f"probes = [{probe!r}]\n")
    main(
        f"--config {tmp_path}/backbone.py --backbone {tmp_path}/public.pth "
        f"--probes {tmp_path}/probes.py --untrained 1".split()
    )
    assert "untrained (seed 0)" in capsys.readouterr().out


def test_probes_of_a_config_are_printed_beside_untrained_ones(
    main, backbone, tmp_path, capsys
):
    config = tmp_path / "probes.py"
    faces = dict(type="mcf.SyntheticLandmarks", split="test", length=9, size=64)
    probe = dict(type="mcf.LandmarkProbe", dataset=faces, folds=3, neighbours=2)
    config.write_text(f"probes = [{probe!r}]\n")
    out = tmp_path / "scores.json"
    main(f"--backbone {backbone} --probes {config} --untrained 2 --out {out}".split())
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["features", "landmarks/ridge_nme", "landmarks/knn_nme"]
    assert lines[1].startswith("trained") and lines[3].startswith("untrained (seed 1)")
    scores = json.loads(out.read_text())
    assert len(scores) == 3 and scores["trained"]["landmarks/ridge_nme"] > 0


def test_data_and_probes_exclude_each_other(main, backbone, capsys):
    with pytest.raises(SystemExit):
        main(["--backbone", backbone, "--data", "synthetic", "--probes", "x.py"])
    assert "give --faces or --probes" in capsys.readouterr().err
