"""With shards: tests/test_engine/test_strategies."""

import torch
from torch import nn

from mcf.engine.running_model import is_sharded, whole_state_dict


def test_model_of_one_process_is_whole():
    model = nn.BatchNorm1d(3)
    assert not is_sharded(model)
    state = whole_state_dict(model)
    assert state.keys() == model.state_dict().keys()
    assert all(torch.equal(state[k], v) for k, v in model.state_dict().items())
