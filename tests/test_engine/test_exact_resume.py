"""A run that is killed several times equals, bit for bit, one that never was."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mcf.checkpoint.safe_load import load_file
from tests.test_engine.tiny_run import ROOT, write_run
from tests.test_engine.toy import assert_same

ITERATIONS = 56


def train(config: Path, work_dir: Path, *options: str, kill_after: int | None = None):
    """Run tools/train.py in a process; SIGKILL it once it logged so many iterations.

    Returns the iterations it logged, as (epoch, batch) texts.
    """
    process = subprocess.Popen(
        [
            sys.executable,
            str(ROOT / "tools/train.py"),
            str(config),
            f"--work-dir={work_dir}",
            "--resume",
            *options,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # the workers are killed with it
        env=os.environ | dict(PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1"),
    )
    output, logged = [], []
    for line in process.stdout:
        output.append(line)
        if "Epoch(train)" in line:
            logged.append(line.split("Epoch(train)")[1].split("  ")[0].strip())
            if len(logged) == kill_after:
                os.killpg(process.pid, signal.SIGKILL)
    expected = 0 if kill_after is None else -signal.SIGKILL
    assert process.wait() == expected, "".join(output[-30:])
    return logged


CHUNKED = (
    "--cfg-options",
    "model.chunk_size=3",
    "model.backbone.drop_path_rate=0",  # chunks would draw other images
)


@pytest.mark.parametrize(
    ("options", "kills"),
    [
        # before the first checkpoint, then in the middle of an epoch
        ((), (1, 10)),
        pytest.param(("--amp",), (3, 19, 1), marks=pytest.mark.slow),
        pytest.param(CHUNKED, (10,), marks=pytest.mark.slow),
        pytest.param((), (9, 3, 10, 1, 12), marks=pytest.mark.slow),
    ],
)
def test_killed_run_equals_the_run_that_was_not_killed(tmp_path, options, kills):
    config = write_run(tmp_path)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert len(train(config, whole, *options)) == ITERATIONS
    starts = []
    for kill_after in kills:
        logged = train(config, killed, *options, kill_after=kill_after)
        starts.append(logged[0])
    logged = train(config, killed, *options)
    starts.append(logged[0])
    assert len(logged) < ITERATIONS
    assert not all("[1/7]" in start for start in starts)  # went on in mid-epoch

    ends = [load_file(run / f"iter_{ITERATIONS}.pth") for run in (whole, killed)]
    assert any("momentum_encoder" in name for name in ends[0]["state_dict"])
    assert not any("target_generator" in name for name in ends[0]["state_dict"])
    for part in ("state_dict", "optimizer", "param_schedulers"):
        assert_same(ends[0][part], ends[1][part], part)
    histories = [end["message_hub"]["log_scalars"] for end in ends]
    for name in ("loss", "loss_feature", "loss_contrastive", "momentum", "lr"):
        first, second = (history[f"train/{name}"].data[0] for history in histories)
        assert len(first) == ITERATIONS
        assert len(set(first)) > 10, name  # it is no constant
        np.testing.assert_array_equal(first, second, name)
    with pytest.raises(AssertionError):  # the comparison can fail
        assert_same(ends[0], load_file(whole / f"iter_{ITERATIONS - 8}.pth"))
    exports = [load_file(run / "backbone_online.pth") for run in (whole, killed)]
    assert_same(exports[0], exports[1])
