from mmengine.optim import build_optim_wrapper
from torch import nn

import mcf.engine  # noqa: F401  registers the constructor


def test_frozen_modules_are_left_out_without_a_word(caplog):
    model = nn.ModuleDict({"frozen": nn.Linear(2, 2), "trained": nn.Linear(2, 2)})
    model["frozen"].requires_grad_(False)
    wrapper = build_optim_wrapper(
        model,
        dict(
            constructor="mcf.TrainableParamsConstructor",
            optimizer=dict(type="AdamW", lr=0.1, weight_decay=0.5),
            paramwise_cfg=dict(bias_decay_mult=0.0),
        ),
    )
    decay = {id(g["params"][0]): g["weight_decay"] for g in wrapper.param_groups}
    trained, frozen = model["trained"], model["frozen"]
    assert decay[id(trained.weight)] == 0.5 and decay[id(trained.bias)] == 0.0
    assert not {id(frozen.weight), id(frozen.bias)} & decay.keys()
    assert "frozen" not in caplog.text
