import socket
import subprocess
import sys

import pytest

from mcf.commands.serve import main


def test_missing_ray_names_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    for name in ("app", "replicas"):
        monkeypatch.delitem(sys.modules, f"mcf.serving.{name}", raising=False)
    with pytest.raises(ImportError, match=r"requirements/serve\.txt"):
        main([])


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--workers", "0"], "count=0"),
        (["--max-waiting", "0"], "waiting=0"),
        (["--max-bytes", "-1"], "bytes=-1"),
        (["--batch-size", "0"], "batch_size=0"),
    ],
)
def test_limits_that_let_nothing_through_are_refused(words, reason):
    pytest.importorskip("ray.serve")
    with pytest.raises(ValueError, match=reason):
        main(words)


def test_taken_port_is_told_before_models_load():
    pytest.importorskip("ray.serve")
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(OSError):
        main(["--port", str(server.getsockname()[1])])


@pytest.mark.slow
def test_model_that_is_missing_where_replicas_run_is_one_line(tmp_path):
    pytest.importorskip("ray.serve")
    words = ["--port", "0", "--onnx", str(tmp_path / "absent.onnx")]
    done = subprocess.run(
        [sys.executable, "-m", "mcf", "serve", *words],
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("error: no ONNX file")
