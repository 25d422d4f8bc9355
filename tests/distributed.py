"""Runs a function on two gloo processes of this machine."""

import socket
from collections.abc import Callable

import torch
import torch.multiprocessing as mp

import mcf  # noqa: F401


def _entry(rank: int, port: int, results: dict, function: Callable, args: tuple):
    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        "gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=2
    )
    try:
        results[rank] = function(rank, *args)
    finally:
        if torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()


def run_on_two_ranks(function: Callable, *args: object) -> list:
    """Call ``function(rank, *args)`` in two processes and return both results."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with mp.Manager() as manager:
        results = manager.dict()
        mp.spawn(_entry, (port, results, function, args), nprocs=2)
        return [results[0], results[1]]
