"""Start and end of a run of several processes."""

import torch
from mmengine.config import Config


def prepare_cpu_launch(cfg: Config) -> None:
    """Do what MMEngine's ``pytorch`` launcher leaves out where there is no GPU.

    It selects a CUDA device before it connects the processes and gives DDP a device
    number; both fail on a CPU. So the gloo group is made here, where the environment
    of ``torchrun`` is set, and DDP is configured without a device. With a GPU or
    another launcher nothing is done.
    """
    if cfg.launcher != "pytorch" or torch.cuda.is_available():
        return
    torch.distributed.init_process_group("gloo")
    cfg.model_wrapper_cfg = dict(
        type="MMDistributedDataParallel",
        device_ids=None,
        broadcast_buffers=False,
        find_unused_parameters=cfg.get("find_unused_parameters", False),
    )


def leave_process_group() -> None:
    """Wait for the other processes of a finished run and close the group.

    A process that ends with the group open may be aborted by the group's threads, and
    ``torchrun`` then calls the whole run failed.
    """
    if torch.distributed.is_initialized():
        torch.distributed.barrier()
        torch.distributed.destroy_process_group()
