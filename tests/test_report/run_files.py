"""Files of runs, as MMEngine's local backend and our hooks write them."""

import json
from pathlib import Path

import cv2
import numpy as np

PRETRAINING = """
model = dict(type='mcf.MCF', backbone=dict(type='mcf.MaskedViT', arch=dict(depth=2)))
train_dataloader = dict(batch_size=7, dataset=dict(type='mcf.SeededDataset',
    dataset=dict(type='mcf.FaceImages', store=dict(type='mcf.TarStore', root='faces'))))
optim_wrapper = dict(accumulative_counts=8, optimizer=dict(type='AdamW', lr=0.1))
train_cfg = dict(by_epoch=True, max_epochs=3)
"""
PARSING = """
model = dict(type='mcf.FaceParser', backbone=dict(type='ResNet'),
    decode_head=dict(type='UPerHead', channels=32))
train_dataloader = dict(batch_size=5, dataset=dict(type='mcf.SeededDataset',
    dataset=dict(datasets=[
        dict(type='mcf.LaPaParsing', data_root='a', pipeline=[dict(type='x')]),
        dict(type='mcf.LaPaParsing', data_root='b')])))
test_dataloader = dict(dataset=dict(type='mcf.LaPaParsing', data_root='t'))
optim_wrapper = dict(optimizer=dict(type='AdamW'))
train_cfg = dict(max_epochs=2)
custom_hooks = [dict(type='mcf.InitBackboneHook', checkpoint='backbone.pth')]
randomness = dict(seed=4)
"""
ENVIRONMENT = """2026/01/01 - mmengine - INFO -
------------------------------------------------------------
System environment:
    sys.platform: linux
    Python: 3.11.7
    PyTorch compiling details: PyTorch built with:
  - GCC 13.3
    MMEngine: 0.10.12

Runtime environment:
    seed: 0
"""


def start(
    run: Path,
    name: str,
    logged: list[dict],
    *,
    config: str = PRETRAINING,
    pictures: dict[int, int] | None = None,
) -> None:
    """Write what one start of a run leaves."""
    data = run / name / "vis_data"
    (data / "vis_image").mkdir(parents=True)
    (data / "config.py").write_text(config)
    (data / "scalars.json").write_text("".join(json.dumps(x) + "\n" for x in logged))
    (run / name / f"{name}.log").write_text(ENVIRONMENT)
    for step, value in (pictures or {}).items():
        file = data / "vis_image" / f"reconstruction_{step}.png"
        cv2.imwrite(str(file), np.full((4, 6, 3), value, np.uint8))


def parsing_run(run: Path, config_name: str, *, held_out: bool = True) -> Path:
    """A run of two epochs whose first is the better one by validation."""
    logged = []
    records = []
    for epoch, val, test in ((1, 60.0, 50.5), (2, 59.0, 51.25)):
        logged += [
            dict(loss=3.0 - epoch, lr=0.1, step=4 * epoch, epoch=epoch, iter=4 * epoch),
            {"parsing/mF1": val, "parsing/F1/hat": float("nan"), "step": epoch},
        ]
        scores = {"val": {"parsing/mF1": val}, "test": {"parsing/mF1": test}}
        records.append(dict(epoch=epoch, iter=4 * epoch, **scores))
    start(run, "20260101_000000", logged, config=PARSING)
    (run / f"{config_name}.py").write_text(PARSING)
    how = dict(metric="parsing/mF1", rule="greater", held_out=held_out)
    (run / "selection.json").write_text(json.dumps(how | dict(records=records)))
    return run
