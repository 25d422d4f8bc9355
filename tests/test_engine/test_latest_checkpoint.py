import os
import shutil
import zipfile

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


def test_copied_folder_goes_on_from_its_own_checkpoint(run, tmp_path_factory):
    copy = tmp_path_factory.mktemp("copies") / "run"
    shutil.copytree(run, copy)
    assert latest_checkpoint(copy) == copy / "iter_3.pth"


@pytest.mark.parametrize("text", ["{elsewhere}", "../{name}/iter_3.pth", "x" * 5000])
def test_no_pointer_leads_out_of_the_folder(run, tmp_path_factory, text):
    mine = tmp_path_factory.mktemp("mine")
    text = text.format(elsewhere=run / "iter_3.pth", name=run.name)
    (mine / "last_checkpoint").write_text(text)
    with pytest.raises(ValueError, match=r"last_checkpoint names .* --resume PATH"):
        latest_checkpoint(mine)


@pytest.mark.parametrize("content", [b"\xff\0\n", b"x" * 2**20, b"\n", b".."])
def test_pointer_of_no_use_is_passed_over(run, content):
    (run / "last_checkpoint").write_bytes(content)
    assert latest_checkpoint(run) == run / "iter_3.pth"


def test_pipes_and_broken_links_are_no_checkpoints(run):
    os.mkfifo(run / "iter_4.pth")
    (run / "iter_5.pth").symlink_to("absent")
    (run / "last_checkpoint").unlink()
    os.mkfifo(run / "last_checkpoint")
    assert latest_checkpoint(run) == run / "iter_3.pth"


def test_damage_of_a_packed_archive_is_noticed(tmp_path):
    path = tmp_path / "iter_1.pth"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(range(256)) * 8)
    data = bytearray(path.read_bytes())
    data[40:60] = b"\xff" * 20
    path.write_bytes(data)
    assert not is_complete(path)
