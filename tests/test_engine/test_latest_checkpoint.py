import os

import pytest
import torch

from mcf.engine.latest_checkpoint import is_complete, latest_checkpoint


@pytest.fixture
def run(tmp_path):
    """Folder with iter_1 ... iter_3 and the pointer to the last."""
    for i in (1, 2, 3):
        path = tmp_path / f"iter_{i}.pth"
        torch.save(dict(weight=torch.rand(1000)), path)
        os.utime(path, (i, i))
    torch.save({}, tmp_path / "backbone_online.pth")  # newer, but no checkpoint
    (tmp_path / "last_checkpoint").write_text(str(tmp_path / "iter_3.pth"))
    return tmp_path


def cut(path, share=0.5):
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


def test_pointer_is_followed(run):
    (run / "last_checkpoint").write_text(str(run / "iter_2.pth"))
    assert latest_checkpoint(run) == run / "iter_2.pth"


@pytest.mark.parametrize("text", ["", "/elsewhere/iter_3.pth", None])
def test_newest_file_is_found_without_a_pointer(run, text):
    if text is None:
        (run / "last_checkpoint").unlink()
    else:
        (run / "last_checkpoint").write_text(text)
    assert latest_checkpoint(run) == run / "iter_3.pth"


@pytest.mark.parametrize("share", [0, 0.3, 0.99])
def test_cut_off_checkpoint_is_passed_over(run, share):
    cut(run / "iter_3.pth", share)
    assert latest_checkpoint(run) == run / "iter_2.pth"


def test_flipped_byte_is_noticed(run):
    path = run / "iter_3.pth"
    data = bytearray(path.read_bytes())
    assert is_complete(path)
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert not is_complete(path)


def test_nothing_is_found_in_a_new_folder(tmp_path):
    assert latest_checkpoint(tmp_path) is None
    assert latest_checkpoint(tmp_path / "absent") is None


def test_only_damaged_checkpoints_are_an_error(run):
    for i in (1, 2, 3):
        cut(run / f"iter_{i}.pth")
    with pytest.raises(ValueError, match=r"no complete checkpoint .* --resume PATH"):
        latest_checkpoint(run)
