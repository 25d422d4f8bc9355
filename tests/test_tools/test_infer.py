import json
import os
import subprocess
import sys
from functools import partial

import cv2
import numpy as np
import pytest
import torch

from mcf.cli import main as run_tool
from mcf.datasets.parsing.class_sets import LAPA
from mcf.drawn_faces.lifelike import draw_lifelike
from mcf.inference import FaceResult
from mcf.models.backbones import MaskedViT
from mcf.utils.checksums import file_checksum
from mcf.utils.command import run_command
from tests.test_engine.tiny_run import ROOT
from tests.tools import load_tool

BACKBONE = dict(
    type="mcf.MaskedViT",
    arch=dict(embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32),
    img_size=32,
    patch_size=8,
)


@pytest.fixture(scope="module")
def main():
    return partial(run_command, load_tool("infer").main)


@pytest.fixture
def backbone(tmp_path) -> str:
    settings = {key: value for key, value in BACKBONE.items() if key != "type"}
    state = MaskedViT(**settings).state_dict()
    meta = dict(backbone=BACKBONE, img_size=32, mean=[120.0] * 3, std=[60.0] * 3)
    path = tmp_path / "backbone.pth"
    state = {f"backbone.{name}": value for name, value in state.items()}
    torch.save(dict(state_dict=state, meta=meta), path)
    return str(path)


@pytest.fixture
def images(tmp_path):
    rng = np.random.default_rng(0)
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(3):
        image = rng.integers(0, 256, (40, 50, 3), dtype=np.uint8)
        cv2.imwrite(str(folder / f"{number}.png"), image)
    return folder


def command(backbone: str, out, *inputs) -> list[str]:
    options = ["--embedding", backbone, "--detector", "none", "--batch-size", "1"]
    return [*map(str, inputs), "--out", str(out), *options]


def test_all_good_is_zero_and_every_image_has_its_files(
    main, backbone, images, tmp_path, capsys
):
    assert main([*command(backbone, tmp_path / "out", images), "--benchmark"]) == 0
    text = capsys.readouterr().out
    assert "3 images analysed, 3 faces, 0 images without a face, 0 skipped" in text
    assert "embedding" in text and "2 images, 2 faces" in text and "networks" in text
    for number in range(3):
        result = FaceResult.from_json((tmp_path / f"out/{number}.json").read_text())
        assert result.embeddings.shape == (1, 16)
        assert cv2.imread(str(tmp_path / f"out/{number}.jpg")).shape == (40, 50, 3)


def test_some_skipped_is_three_and_they_are_named(
    main, backbone, images, tmp_path, capsys
):
    (images / "broken.jpg").write_bytes(b"abc")
    out = tmp_path / "out"
    assert main([*command(backbone, out, images, "x.png"), "--no-pictures"]) == 3
    text = capsys.readouterr().out
    assert f"skipped {images / 'broken.jpg'}: not an image" in text
    assert "skipped no file 'x.png'" in text and "2 skipped" in text
    assert sorted(p.name for p in out.iterdir()) == ["0.json", "1.json", "2.json"]


def test_nothing_usable_is_one(main, backbone, tmp_path, capsys):
    assert main(command(backbone, tmp_path / "out", "x.png", "y.mp4")) == 1
    assert "0 images analysed" in capsys.readouterr().out


def test_without_a_model_the_one_inside_answers(main, tmp_path):
    face = draw_lifelike(4, 128)
    cv2.imwrite(str(tmp_path / "face.png"), face.image[..., ::-1])
    assert main([str(tmp_path / "face.png"), "--out", str(tmp_path / "out")]) == 0
    result = FaceResult.from_json((tmp_path / "out/face.json").read_text())
    assert result.landmarks.schema == "ibug68" and result.parsing.class_set == LAPA
    assert result.embeddings is None


def test_wrong_models_are_two(main, backbone, images, tmp_path, capsys):
    out = str(tmp_path / "out")
    assert main([str(images), "--out", out, "--embedding", "none.pth"]) == 2
    assert main([*command(backbone, out, images), "--batch-size", "0"]) == 2
    assert main([*command(backbone, out, images), "--parsing", "gpt", "a.pth"]) == 2
    assert main([*command(backbone, out, images), "--device", "abacus"]) == 2
    with pytest.raises(SystemExit) as exit:
        main([])
    assert exit.value.code == 2
    assert not (tmp_path / "out").exists()


def test_results_never_replace_the_photos(main, backbone, images, capsys):
    photo = images / "mine.jpg"
    cv2.imwrite(str(photo), np.full((40, 50, 3), 90, np.uint8))
    before = {path: file_checksum(path) for path in images.iterdir()}
    assert main(command(backbone, images, images)) == 2
    assert "name another folder for the results" in capsys.readouterr().err
    assert {path: file_checksum(path) for path in images.iterdir()} == before


def test_tool_runs_by_its_name(backbone, images, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "mcf", "infer", *command(backbone, "out", images)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out/0.json").read_text())["size"] == [50, 40]


@pytest.mark.parametrize(("name", "code"), [("fly", 2), ("", 2), ("--help", 0)])
def test_names_of_the_tools_are_told(name, code, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["mcf", *filter(None, [name])])
    assert run_tool() == code
    captured = capsys.readouterr()
    assert "infer" in (captured.err if code else captured.out)


def test_models_are_given_by_name(main, recorded_models, images, tmp_path, capsys):
    pytest.importorskip("mmpose")
    pytest.importorskip("mmseg")
    out = tmp_path / "out"
    names = ["--landmarks", "test-points", "--parsing", "test-lapa"]
    names += ["--attributes", "test-celeba"]
    assert main([*names, str(images), "--out", str(out), "--detector", "none"]) == 0
    result = json.loads(next(out.glob("*.json")).read_text())
    assert len(result["landmarks"]["points"][0]) == 19
    assert len(result["attributes"]["names"]) == 40
    assert result["parsing"]["class_set"]["name"] == "LaPa"


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "clip.avi"
    size, codec = (256, 192), cv2.VideoWriter_fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), codec, 25, size)
    face = draw_lifelike(4, 160).image[..., ::-1]
    for x in range(10):
        image = np.full((size[1], size[0], 3), 90, np.uint8)
        image[16:176, 20 + 4 * x : 180 + 4 * x] = face
        writer.write(image)
    writer.release()
    return path


def test_faces_of_a_video_are_followed(main, clip, tmp_path, capsys):
    out = tmp_path / "out"
    assert main([str(clip), "--out", str(out), "--benchmark"]) == 0
    assert "10 images analysed, 10 faces" in capsys.readouterr().out
    assert sorted(p.name for p in out.iterdir()) == [
        *("clip.csv", "clip.json", "clip.mp4")
    ]
    lines = (out / "clip.csv").read_text().splitlines()
    assert [line.split(",")[:4] for line in lines[1:3]] == [
        ["0", "0", "1", "1"],
        ["1", "0.04", "1", "0"],
    ]
    assert json.loads((out / "clip.json").read_text())["landmarks"] == "ibug68"


def test_frames_of_a_video_as_images_of_their_own(main, clip, tmp_path):
    out = tmp_path / "out"
    call = [str(clip), "--out", str(out), "--frames", "--no-pictures"]
    assert main(call) == 0
    names = sorted(p.name for p in out.iterdir())
    assert names == [f"clip_{frame:06d}.json" for frame in range(10)]


def test_of_a_cut_video_the_rest_is_named_with_three(main, clip, tmp_path, capsys):
    content = clip.read_bytes()
    clip.write_bytes(content[: 2 * len(content) // 3])
    out = tmp_path / "out"
    call = [str(clip), "--out", str(out), "--table", "parquet", "--no-pictures"]
    assert main([*call, "--detect-every", "3", "--no-smoothing"]) == 3
    text = capsys.readouterr().out
    assert "of 10 frames could be read" in text and "1 skipped" in text
    assert sorted(p.name for p in out.iterdir()) == ["clip.json", "clip.parquet"]


def test_videos_of_networks_without_points_are_not_followed(
    main, backbone, clip, tmp_path, capsys
):
    out = tmp_path / "out"
    call = ["--embedding", str(backbone), "--detector", "retinaface", "--no-pictures"]
    assert main([str(clip), "--out", str(out), *call, "--detect-every", "2"]) == 2
    assert "no network finds points" in capsys.readouterr().err
