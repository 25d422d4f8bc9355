from pathlib import Path

import cv2
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mcf.registry import MODELS
from tests.test_engine.tiny_run import write_run
from tests.tools import load_tool

TOOL = Path(__file__).resolve().parents[2] / "tools" / "visualize.py"


@pytest.fixture(scope="module")
def main():
    return load_tool("visualize").main


@pytest.fixture
def run(tmp_path) -> tuple[str, str]:
    """Config and checkpoint of a run; ``images`` of 28 faces lie beside them."""
    config = write_run(tmp_path)
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        model = MODELS.build(Config.fromfile(config).model)
    torch.save(dict(state_dict=model.state_dict()), tmp_path / "iter_1.pth")
    return str(config), str(tmp_path / "iter_1.pth")


def test_picture_of_a_checkpoint_shows_as_many_faces_as_asked(main, run, tmp_path):
    heights = []
    for faces in (2, 5):
        out = tmp_path / "pictures" / f"{faces}.png"
        command = [*run, str(tmp_path / "images"), "--out", str(out)]
        main([*command, "--max-images", str(faces)])
        heights.append(cv2.imread(str(out)).shape[0])
    assert heights[1] - heights[0] == 3 * 150


def test_picture_of_one_file_is_the_same_again(main, run, tmp_path):
    face = str(tmp_path / "images" / "03.png")
    for name in ("a.png", "b.png"):
        main([*run, face, "--out", str(tmp_path / name)])
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_checkpoint_that_holds_code_is_not_run(main, run, tmp_path):
    class Evil:
        def __reduce__(self):
            return Path.touch, (tmp_path / "executed",)

    torch.save(dict(state_dict=Evil()), tmp_path / "evil.pth")
    with pytest.raises(ValueError, match=r"evil\.pth was not loaded"):
        main([run[0], str(tmp_path / "evil.pth"), "x.png", "--out", "y.png"])
    assert not (tmp_path / "executed").exists()


def test_damaged_images_are_left_out_and_named(main, run, tmp_path, capsys):
    (tmp_path / "images" / "00.png").write_bytes(b"nothing")
    out = tmp_path / "a.png"
    command = [*run, str(tmp_path / "images"), "--out", str(out), "--max-images", "2"]
    assert main(command) == 3
    assert "skipped" in capsys.readouterr().out and out.is_file()
    (tmp_path / "images" / "00.png").unlink()
    whole = tmp_path / "b.png"
    assert main([*command[:-4], "--out", str(whole), "--max-images", "2"]) == 0
    assert whole.read_bytes() == out.read_bytes()


def test_nothing_but_damaged_images_is_an_error(main, run, tmp_path):
    (tmp_path / "x.png").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="no image to reconstruct"):
        main([*run, str(tmp_path / "x.png"), "--out", str(tmp_path / "a.png")])
