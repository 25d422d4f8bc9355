import numpy as np
import pytest
import torch

from mcf.models.position_embedding import sincos_position_embedding


def slow_embedding(grid, dims):
    """Entry by entry: columns first, sines then cosines."""
    quarter = dims // 4
    out = np.zeros((1 + grid[0] * grid[1], dims))
    for row in range(grid[0]):
        for column in range(grid[1]):
            for k in range(quarter):
                omega = 1 / 10000 ** (k / quarter)
                place = out[1 + row * grid[1] + column]
                place[k] = np.sin(column * omega)
                place[quarter + k] = np.cos(column * omega)
                place[2 * quarter + k] = np.sin(row * omega)
                place[3 * quarter + k] = np.cos(row * omega)
    return out


@pytest.mark.parametrize("grid", [(3, 3), (2, 5)])
def test_equals_slow_reference(grid):
    embedding = sincos_position_embedding(grid, 16)
    assert embedding.shape == (1, 1 + grid[0] * grid[1], 16)
    assert np.allclose(embedding[0].numpy(), slow_embedding(grid, 16), atol=1e-6)


def test_equals_positions_of_released_model(shared):
    with np.load(shared / "parity/mcf_released_step.npz") as recording:
        recorded = torch.from_numpy(recording["state/online_encoder.pos_embed"])
    side = round((recorded.shape[1] - 1) ** 0.5)
    ours = sincos_position_embedding((side, side), recorded.shape[2])
    assert torch.allclose(ours, recorded, atol=1e-6)


def test_refuses_odd_width():
    with pytest.raises(ValueError, match="multiple of 4"):
        sincos_position_embedding((2, 2), 6)
