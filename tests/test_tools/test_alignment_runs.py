"""Train, select, test and draw from each official layout, by the tools alone."""

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("mmpose")

from mmengine.config import Config

from mcf.registry import DATASETS
from tests.test_configs.shrunk_alignment import (
    CONFIGS,
    WRITERS,
    crop_to,
    innermost,
    shrink,
    use_replica,
)
from tests.tools import load_tool

ROOT = Path(__file__).resolve().parents[2]
SUBSETS = {
    "aflw19": {"full", "frontal"},
    "300w": {"full", "common", "challenge"},
    "wflw": {"full", "largepose", "occlusion"},
    "cofw": {"full"},
    "lapa106": {"full"},
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Writes a small config of a set over its replica and runs tools on it."""

    def prepare(name):
        if name == "cofw":
            pytest.importorskip("h5py")
        WRITERS[name](tmp_path / name)
        (path,) = [p for p in CONFIGS if p.stem.endswith(f"_{name}-448")]
        config = Config.fromfile(path)
        use_replica(config, tmp_path / name)
        shrink(config)
        crop_to(config, 64)
        config.model.backbone.input_size = 64
        config.model.head.heatmap_size = (32, 32)
        if name == "wflw":  # its replica is too small to be divided
            innermost(config.train_dataloader).part = None
        if name == "aflw19":  # the frontal faces of its replica come last
            config.test_dataloader.dataset.indices = [0, 4385]
        config.train_cfg.max_epochs = 2
        config.default_hooks.checkpoint.max_keep_ckpts = 2
        config.dump(tmp_path / "config.py")

        def call(command, *arguments):
            argv = [f"{command}.py", str(tmp_path / "config.py"), *map(str, arguments)]
            monkeypatch.setattr(sys, "argv", argv)
            load_tool(command).main()

        return call

    return prepare


@pytest.mark.parametrize("name", SUBSETS)
def test_official_layout_from_training_to_the_table(run, tmp_path, name):
    call, work = run(name), tmp_path / "work"
    call("train", f"--work-dir={work}")
    history = json.loads((work / "selection.json").read_text())
    assert [record["epoch"] for record in history["records"]] == [1, 2]
    assert history["held_out"] is True
    table = (work / "selection.md").read_text()
    for row in ("last", "best on validation", "best on test (*)"):
        assert f"| {row} " in table
    out, faces = tmp_path / "scores.json", tmp_path / "faces.json"
    call(
        "test",
        work / "epoch_2.pth",
        f"--work-dir={tmp_path / 'tested'}",
        f"--out={out}",
        "--cfg-options",
        f"test_evaluator.per_face_file={faces}",
    )
    scores = json.loads(out.read_text())
    assert SUBSETS[name] <= {score.split("/")[1] for score in scores}
    for score, value in history["records"][-1]["test"].items():
        assert scores[score] == pytest.approx(value, rel=1e-5), score
    rows = json.loads(faces.read_text())
    watched = history["metric"].split("/")[-1]
    mean = np.mean([row[watched] for row in rows])
    assert mean == pytest.approx(scores[history["metric"]], rel=1e-5)
    log = next((tmp_path / "tested").glob("*/*.log")).read_text()
    assert f"Landmarks of {len(rows)} faces" in log


def test_boxes_of_a_detector_replace_the_annotated_ones(run, tmp_path):
    call, work = run("wflw"), tmp_path / "work"
    call("train", f"--work-dir={work}")
    config = Config.fromfile(tmp_path / "config.py")
    dataset = DATASETS.build(innermost(config.test_dataloader) | dict(pipeline=[]))
    found = [
        dict(
            image=str(Path(face["img_path"]).relative_to(tmp_path / "wflw")),
            box=(face["annotated_bbox"][0] + [-6, -6, 2, 2]).tolist(),
            score=0.9,
        )
        for face in map(dataset.get_data_info, range(len(dataset)))
    ]
    (tmp_path / "boxes.json").write_text(json.dumps(found))
    option = f"test_dataloader.dataset.box_file={tmp_path / 'boxes.json'}"
    scores = {}
    for name, options in (("annotated", []), ("detected", ["--cfg-options", option])):
        out = tmp_path / f"{name}.json"
        paths = f"--work-dir={tmp_path / name}", f"--out={out}"
        call("test", work / "epoch_2.pth", *paths, *options)
        scores[name] = json.loads(out.read_text())["landmark/full/nme_interocular"]
    assert np.isfinite(scores["detected"])
    assert scores["detected"] != pytest.approx(scores["annotated"], rel=1e-3)


def test_worst_faces_of_the_test_set_are_drawn(run, tmp_path):
    call, work = run("300w"), tmp_path / "work"
    call("train", f"--work-dir={work}")
    main, out = load_tool("visualize").main, tmp_path / "sheet.png"
    run_files = [str(tmp_path / "config.py"), str(work / "best_on_validation.pth")]
    sheets = []
    for extra in ([], ["--numbers"]):
        main([*run_files, "--out", str(out), "--max-images", "3", *extra])
        sheets.append(cv2.imread(str(out)))
    assert sheets[0].shape == sheets[1].shape
    assert (sheets[0] != sheets[1]).any()
    with pytest.raises(ValueError, match="give no images"):
        main([*run_files, "a.png", "--out", str(out)])
