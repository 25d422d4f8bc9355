import pytest
import torch
from mmengine.config import Config

from projects.mini_benchmark.resumable import (
    CHECKSUM,
    claim,
    refuse_other_weights,
)


def test_folder_is_reserved_for_the_settings_that_came_first(tmp_path):
    claim(tmp_path / "run", "one")
    claim(tmp_path / "run", "one")
    with pytest.raises(ValueError, match="other settings"):
        claim(tmp_path / "run", "two", known=True)
    assert (tmp_path / "run" / CHECKSUM).read_text() == "one\n"


def test_checkpoints_of_unknown_settings_are_refused(tmp_path):
    torch.save(dict(a=1), tmp_path / "epoch_1.pth")
    with pytest.raises(ValueError, match="other settings"):
        claim(tmp_path, "one")
    assert not (tmp_path / CHECKSUM).exists()
    claim(tmp_path, "one", known=True)
    assert (tmp_path / CHECKSUM).is_file()


def test_run_that_would_start_from_a_checkpoint_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"load_from='a\.pth'"):
        refuse_other_weights(Config(dict(load_from="a.pth")))
