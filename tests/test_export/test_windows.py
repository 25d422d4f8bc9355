import numpy as np
import pytest
import torch
from mmpretrain.models.utils import ShiftWindowMSA

from mcf.export.windows import free_windows, join_windows


@pytest.mark.parametrize(("batch", "height", "width"), [(1, 8, 8), (3, 4, 12)])
def test_windows_are_joined_as_mmpretrain_joins_them(batch, height, width):
    maps = torch.rand(batch, height, width, 5)
    windows = ShiftWindowMSA.window_partition(maps, 4)
    joined = join_windows(windows, height, width, 4)
    assert torch.equal(joined, maps)
    assert torch.equal(joined, ShiftWindowMSA.window_reverse(windows, height, width, 4))


def test_shifted_windows_export_with_a_free_batch(tmp_path):
    pytest.importorskip("onnxscript")
    runtime = pytest.importorskip("onnxruntime")

    class Block(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = ShiftWindowMSA(8, num_heads=2, window_size=4, shift_size=2)

        def forward(self, tokens):
            return self.attention(tokens, (8, 8))

    torch.manual_seed(0)
    block = Block().eval()
    free_windows(block)
    path = tmp_path / "block.onnx"
    torch.onnx.export(
        block,
        (torch.rand(2, 64, 8),),
        dynamic_shapes=({0: torch.export.Dim("batch")},),
        input_names=["tokens"],
        dynamo=True,
        verbose=False,
    ).save(path)
    session = runtime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for batch in (1, 2, 3):
        tokens = torch.rand(batch, 64, 8)
        (found,) = session.run(None, {"tokens": tokens.numpy()})
        with torch.no_grad():
            assert np.abs(found - block(tokens).numpy()).max() < 1e-5
