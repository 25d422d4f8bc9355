import torch
from mmengine.config import Config

from mcf.engine.launch import leave_process_group, prepare_cpu_launch
from tests.distributed import run_on_two_ranks


def test_other_launchers_are_left_alone():
    cfg = Config(dict(launcher="none"))
    prepare_cpu_launch(cfg)
    assert "model_wrapper_cfg" not in cfg
    # the launch itself: tests/test_tools/test_train.py, two processes


def test_leaving_without_a_group_does_nothing():
    leave_process_group()
    assert not torch.distributed.is_initialized()


def _leave(rank: int) -> bool:
    assert torch.distributed.is_initialized()
    leave_process_group()
    return not torch.distributed.is_initialized()


def test_both_processes_leave_their_group():
    assert run_on_two_ranks(_leave) == [True, True]
