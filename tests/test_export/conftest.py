"""Tiny networks of the three tasks and the ONNX files they become."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.test_inference.conftest import (  # noqa: F401  fixtures
    landmarks,
    parsing,
    photos,
)


@pytest.fixture(scope="session")
def onnx_files(
    landmarks,  # noqa: F811
    parsing,  # noqa: F811
    exported: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> SimpleNamespace:
    """One decoded file a task."""
    for package in ("onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(package)
    from mcf.export import export_onnx

    folder = tmp_path_factory.mktemp("onnx")
    files = SimpleNamespace(
        landmarks=folder / "landmarks.onnx",
        parsing=folder / "parsing.onnx",
        embedding=folder / "embedding.onnx",
    )
    for path, (config, checkpoint), pooling in (
        (files.landmarks, landmarks, "mean"),
        (files.parsing, parsing, "mean"),
        (files.embedding, (None, exported), "cls"),
    ):
        export_onnx(
            checkpoint,
            path,
            config=config,
            decode=True,
            pooling=pooling,
            faces=2,
            runs=0,
        )
    return files
