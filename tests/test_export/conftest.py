"""Tiny networks of the three tasks and the ONNX files they become."""

from tests.test_inference.conftest import (  # noqa: F401  fixtures
    landmarks,
    onnx_files,
    parsing,
    photos,
)
