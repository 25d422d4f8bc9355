"""What importing the package needs and what it leaves alone."""

import importlib.util

import pytest

from tests.fresh_python import run_fresh

DOWNSTREAM = ("mmpose", "mmseg", "mmdet", "xtcocotools", "pycocotools")
OPTIONAL = ("lmdb", "tensorboard", "timm")
PRETRAINING = "import mcf, mcf.models, mcf.datasets, mcf.engine, mcf.visualization\n"
STEP = """
import torch
from mmengine.optim import OptimWrapper
from tests.tiny import tiny_mcf
model = tiny_mcf()
wrapper = OptimWrapper(torch.optim.SGD(model.parameters(), lr=0.1))
weight = model.backbone.patch_embed.projection.weight
before = weight.detach().clone()
images = torch.randint(0, 256, (4, 3, 32, 32), dtype=torch.uint8)
losses = model.train_step(dict(inputs=images, data_samples=None), wrapper)
assert torch.isfinite(losses["loss"])
assert not torch.equal(before, weight)
print("stepped")
"""


def test_import_mcf_loads_no_other_package():
    run_fresh("""
before = set(sys.modules)
import mcf
new = {name.split(".")[0] for name in set(sys.modules) - before}
heavy = new & {"torch", "torchvision", "numpy", "cv2", "mmengine", "mmcv", "mmpretrain"}
assert not heavy, heavy
""")


def test_pretraining_steps_without_downstream_and_optional_packages():
    assert "stepped" in run_fresh(PRETRAINING + STEP, blocked=DOWNSTREAM + OPTIONAL)


def test_pretraining_half_neither_imports_downstream_nor_opens_connections():
    run_fresh(f"""
import socket
def refuse(*args): raise AssertionError("the import opens a connection")
socket.socket.connect = socket.getaddrinfo = refuse
{PRETRAINING}
assert not set(sys.modules) & set({DOWNSTREAM})
""")


@pytest.mark.parametrize("package", ["mmpose", "mmseg"])
def test_blocking_hides_what_is_installed(package):
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    with pytest.raises(AssertionError, match=f"No module named '{package}'"):
        run_fresh(f"import mcf, {package}", blocked=DOWNSTREAM)
