"""What the shell launchers start, with stand-ins for what they call."""

import os
import subprocess
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def started(script: str, *arguments: str, folder: Path, **environment: str) -> str:
    """Command line that a launcher ends with, told by stand-ins that only print it."""
    for name in ("srun", "python"):
        stand_in = folder / name
        stand_in.write_text(f'#!/bin/sh\necho {name} "$@"\n')
        stand_in.chmod(0o755)
    done = subprocess.run(
        [str(TOOLS / script), *arguments],
        env={"PATH": f"{folder}:{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_one_machine(tmp_path):
    line = started("dist_train.sh", "config.py", "8", "--amp", folder=tmp_path)
    assert "--nnodes=1 --node_rank=0" in line and "--nproc_per_node=8" in line
    assert line.endswith("tools/train.py config.py --launcher pytorch --amp")


def test_several_machines(tmp_path):
    settings = dict(NNODES="4", NODE_RANK="2", MASTER_ADDR="head", PORT="29511")
    line = started("dist_train.sh", "config.py", "8", folder=tmp_path, **settings)
    assert "--nnodes=4 --node_rank=2 --master_addr=head --master_port=29511" in line


def test_slurm(tmp_path):
    settings = dict(GPUS="32", GPUS_PER_NODE="8", CPUS_PER_TASK="12")
    line = started(
        "slurm_train.sh",
        *("gpu", "faces", "config.py", "work", "--resume"),
        folder=tmp_path,
        SRUN_ARGS="--time=24:00:00 --exclusive",
        **settings,
    )
    assert line.startswith("srun -p gpu --job-name=faces --gres=gpu:8 --ntasks=32")
    assert "--ntasks-per-node=8 --cpus-per-task=12" in line
    assert "--time=24:00:00 --exclusive python -u" in line
    assert line.endswith("config.py --work-dir work --launcher slurm --resume")
