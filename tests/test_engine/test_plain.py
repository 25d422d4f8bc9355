from pathlib import Path

import numpy as np
import torch
from mmengine.config import ConfigDict
from mmengine.structures import BaseDataElement

from mcf.checkpoint.safe_load import load_file
from mcf.engine.plain import to_plain
from tests.test_engine.toy import assert_same


def test_everything_becomes_plain_and_safe_to_load(tmp_path):
    sample = BaseDataElement(metainfo=dict(name="a.png", size=(2, 3)))
    sample.box = torch.ones(4)
    weight = torch.nn.Parameter(torch.ones(1))
    value = dict(
        config=ConfigDict(a=dict(b=1)),
        sample=sample,
        array=np.arange(2),
        number=np.float32(0.5),
        path=Path("x"),
        weight=weight,
        nothing=None,
    )
    plain = to_plain(value)
    expected = dict(
        config=dict(a=dict(b=1)),
        sample=dict(name="a.png", size=[2, 3], box=torch.ones(4)),
        array=torch.arange(2),
        number=0.5,
        path="x",
        weight=torch.ones(1),
        nothing=None,
    )
    assert_same(plain, expected)
    torch.save(plain, tmp_path / "plain.pth")
    assert_same(load_file(tmp_path / "plain.pth"), expected)


def test_tensors_are_copies():
    tensor = torch.zeros(1)
    copy = to_plain(tensor)
    tensor += 1
    assert copy == 0
