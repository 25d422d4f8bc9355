"""A checkpoint that a run goes on from runs and deletes nothing."""

import torch

from mcf.checkpoint.resumed import without_commands
from mcf.checkpoint.safe_load import load_from_local


def test_text_that_mmengine_would_run_and_foreign_paths_are_left_out(tmp_path):
    own = str(tmp_path / "best_nme_epoch_1.pth")
    info = dict(
        epoch=3,
        best_score=1.0,
        best_ckpt="/home/somebody/photos",
        best_ckpt_nme=own,
        best_ckpt_up=str(tmp_path / ".." / "best_x.pth"),
        best_ckpt_other=str(tmp_path / "vis_data"),
        keep_ckpt_ids=["../../x", 1],
    )
    content = dict(
        meta=dict(epoch=3, config="import os\nos.system('touch CANARY')"),
        message_hub=dict(runtime_info=info, log_scalars={}),
    )
    torch.save(content, tmp_path / "epoch_3.pth")
    loaded = load_from_local(str(tmp_path / "epoch_3.pth"))
    assert loaded["meta"] == dict(epoch=3)
    kept = loaded["message_hub"]["runtime_info"]
    assert kept == dict(epoch=3, best_score=1.0, best_ckpt_nme=own)


def test_steps_of_kept_checkpoints_stay(tmp_path):
    hub = dict(runtime_info=dict(keep_ckpt_ids=[1, 2], best_ckpt=None))
    assert without_commands(dict(message_hub=hub), None)["message_hub"] == hub


def test_what_is_no_checkpoint_is_given_back():
    assert without_commands([1], None) == [1]
