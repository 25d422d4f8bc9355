from pathlib import Path

import pytest

from tests.test_report.run_files import PRETRAINING, start


@pytest.fixture
def resumed(tmp_path) -> Path:
    """A pre-training run that was killed after iteration 30 and resumed from 20."""
    run = tmp_path / "run"
    losses = [dict(loss_feature=9.0 - i, step=10 * i, iter=10 * i) for i in (1, 2, 3)]
    start(run, "20260101_000000", losses, pictures={0: 10, 30: 20})
    again = [dict(loss_feature=5.0 - i, step=10 * i, iter=10 * i) for i in (3, 4)]
    start(run, "20260101_010000", again, pictures={30: 40, 100: 50})
    (run / "small_config.py").write_text(PRETRAINING)
    return run
