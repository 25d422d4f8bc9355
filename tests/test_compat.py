"""The stand-ins, in new interpreters with packages made for the purpose."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fresh_python import run_fresh, write_packages

# An mmpose that does nothing but import what the real one imports.
MMPOSE = {
    "mmpose/__init__.py": "import mmcv\n",
    "mmpose/models.py": "from mmcv.ops import MultiScaleDeformableAttention\n"
    "from mmdet.utils import ConfigType, reduce_mean\n",
    "mmpose/datasets.py": "import xtcocotools.mask as cocomask\n"
    "from xtcocotools.coco import COCO\n"
    "from xtcocotools.cocoeval import COCOeval\n",
}
MMCV_WITHOUT_OPS = {
    "mmcv/ops/__init__.py": "from . import deform_conv\nimport mmcv._ext\n",
    "mmcv/ops/deform_conv.py": "",
}
MMCV = {
    "mmcv/_ext.py": "",
    "mmcv/ops/__init__.py": "import mmcv._ext\n"
    "class MultiScaleDeformableAttention: works = True\n"
    "class PSAMask: pass\n",
}
MMDET = {"mmdet/utils.py": "ConfigType = dict\ndef reduce_mean(tensor): return 7\n"}
XTCOCOTOOLS = {
    "xtcocotools/_mask.py": "",
    "xtcocotools/mask.py": "from . import _mask\n",
    "xtcocotools/coco.py": "from . import mask\nclass COCO: works = True\n",
    "xtcocotools/cocoeval.py": "from . import mask\nclass COCOeval: works = True\n",
}
TORCHVISION = {
    "torchvision/__init__.py": "from . import extension, _meta_registrations\n",
    "torchvision/_meta_registrations.py": """
import torch
@torch.library.register_fake("torchvision::nms")
def nms(dets, scores, iou_threshold): return dets
""",
    "torchvision/extension.py": "",
}
LOADED_OPERATORS = """
import torch
library = torch.library.Library("torchvision", "DEF")
library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
library.impl("nms", lambda dets, scores, iou_threshold: scores + 1, "CPU")
"""
ACTIVE = "print('active:', *[s.part.name for s in mcf.compat.status() if s.active])\n"
IMPORTS = "import mcf, mmpose.models, mmpose.datasets\n"


def without_numpy2(package: dict[str, str]) -> dict[str, str]:
    broken = "raise ValueError('numpy.dtype size changed')\n"
    return {**package, "xtcocotools/_mask.py": broken}


def active(output: str) -> str:
    return next(line for line in output.splitlines() if line.startswith("active:"))


@pytest.fixture
def run_missing(tmp_path: Path) -> Callable[..., str]:
    """Runs code where mmpose and mmcv are, without operators, mmdet, xtcocotools."""
    packages = write_packages(tmp_path, MMPOSE | MMCV_WITHOUT_OPS)

    def run(code: str, *, blocked: tuple[str, ...] = ()) -> str:
        blocked = ("mmdet", "xtcocotools", *blocked)
        return run_fresh(code, packages=packages, blocked=blocked)

    return run


def test_working_packages_are_left_alone(tmp_path):
    real = MMPOSE | MMCV | MMDET | XTCOCOTOOLS
    code = f"""{IMPORTS}
import sys, mmcv.ops, mmdet.utils, xtcocotools.coco, xtcocotools.cocoeval
assert mmcv.ops.MultiScaleDeformableAttention.works
assert xtcocotools.coco.COCO.works and xtcocotools.cocoeval.COCOeval.works
assert mmdet.utils.reduce_mean(0) == 7
for name in ("mmcv.ops", "mmdet", "mmdet.utils", "xtcocotools.mask"):
    assert sys.modules[name].__file__.startswith({str(tmp_path)!r}), name
{ACTIVE}"""
    output = run_fresh(code, packages=write_packages(tmp_path, real))
    assert active(output) == "active:"


def test_noise_of_hosts_is_left_out_and_nothing_else(tmp_path):
    sources = {
        "mmengine/__init__.py": "",
        "mmengine/logging.py": """
def print_log(msg, logger=None, level=20):
    print("printed", msg, logger, level)
""",
        "mmseg/datasets.py": """
from mmengine.logging import print_log
print_log("Could not import OneDL", level=10)
print_log("a file is missing", level=30)
print_log("details", logger="current", level=10)
""",
    }
    code = """
import mcf, warnings, mmseg.datasets
warnings.warn("Fail to import ``MultiScaleDeformableAttention`` from x, install mmcv")
warnings.warn("Fail to import something else")
"""
    output = run_fresh(code, packages=write_packages(tmp_path, sources))
    assert "OneDL" not in output and "MultiScaleDeformable" not in output
    assert "printed a file is missing None 30" in output
    assert "printed details current 10" in output
    assert "UserWarning: Fail to import something else" in output


def test_missing_packages_are_replaced_for_mmpose_only(run_missing):
    code = f"""
import mcf, sys, mmcv
try:
    import mmcv.ops
except ImportError:
    print("as installed before mmpose")
assert "mmdet" not in sys.modules and "xtcocotools" not in sys.modules
{IMPORTS}{ACTIVE}
assert not hasattr(mmcv, "ops")
"""
    output = run_missing(code)
    assert "as installed before mmpose" in output
    assert active(output) == "active: mmcv.ops mmdet xtcocotools"
    assert "cannot be imported" not in output


@pytest.mark.parametrize(
    ("use", "remedy"),
    [
        ("mmpose.models.MultiScaleDeformableAttention(256)", "20 to 30 minutes"),
        ("mmpose.models.reduce_mean(1)", "pip install onedl-mmdetection"),
        ("mmpose.datasets.COCOeval(1, 2, 'keypoints', [0.1])", "cython"),
        ("sys.modules['mmcv.ops'].RoIAlign", "--no-binary onedl-mmcv"),
        ("importlib.import_module('mmdet.apis')", "pip install onedl-mmdetection"),
    ],
)
def test_use_of_a_stand_in_names_the_remedy(run_missing, use, remedy):
    code = f"""{IMPORTS}
import importlib, sys
try:
    {use}
except (RuntimeError, AttributeError, ModuleNotFoundError) as error:
    print("refused:", error)
"""
    output = run_missing(code)
    assert "refused:" in output and remedy in output


def test_import_guards_still_see_that_a_name_is_missing(run_missing):
    code = f"""{IMPORTS}
try:
    from mmcv.ops import PSAMask
except ModuleNotFoundError as error:
    print("missing:", error.name)
try:
    from mmdet.models.dense_heads import MaskFormerHead
except ModuleNotFoundError as error:
    print("missing:", error.name)
from mmengine.utils.dl_utils import mmcv_full_available
assert not mmcv_full_available()
"""
    output = run_missing(code)
    assert "missing: mmcv._ext" in output and "missing: mmdet" in output


def test_broken_packages_are_replaced_with_a_warning(tmp_path):
    broken = MMPOSE | MMCV | MMDET | without_numpy2(XTCOCOTOOLS)
    broken["mmcv/_ext.py"] = "raise ImportError('undefined symbol: _ZN5torch')\n"
    broken["mmcv/ops/__init__.py"] = MMCV_WITHOUT_OPS["mmcv/ops/__init__.py"]
    broken["mmcv/ops/deform_conv.py"] = ""
    broken["mmdet/__init__.py"] = "from . import utils\nassert 0, 'MMCV==9 is used'\n"
    code = f"""{IMPORTS}{ACTIVE}
import sys
assert "mmcv.ops.deform_conv" not in sys.modules, "half of the real one is left"
assert not hasattr(sys.modules["xtcocotools.mask"], "__file__")
"""
    output = run_fresh(code, packages=write_packages(tmp_path, broken))
    assert active(output) == "active: mmcv.ops mmdet xtcocotools"
    for reason in ("undefined symbol", "MMCV==9 is used", "numpy.dtype size changed"):
        assert output.count(reason) == 1
    assert "WARNING" in output and "Remedy" in output


def test_pycocotools_reads_for_xtcocotools(run_missing):
    pytest.importorskip("pycocotools")
    code = f"""{IMPORTS}
import numpy as np, pycocotools.coco
assert mmpose.datasets.COCO is pycocotools.coco.COCO
mask = np.asfortranarray(np.eye(4, dtype=np.uint8))
from mmpose.datasets import cocomask
assert (cocomask.decode(cocomask.encode(mask)) == mask).all()
"""
    run_missing(code)


def test_without_pycocotools_the_import_names_it(run_missing):
    code = """
import mcf, mmpose.models
try:
    import mmpose.datasets
except ModuleNotFoundError as error:
    print("refused:", error)
"""
    output = run_missing(code, blocked=("pycocotools",))
    assert "refused:" in output and "pycocotools" in output


def test_torchvision_without_operators_imports_and_refuses_to_use_them(tmp_path):
    code = f"""
import mcf, torch, torchvision
{ACTIVE}
try:
    torch.ops.torchvision.nms(torch.zeros(1, 4), torch.zeros(1), 0.5)
except RuntimeError as error:
    print("refused:", error)
"""
    output = run_fresh(code, packages=write_packages(tmp_path, TORCHVISION))
    assert active(output) == "active: torchvision operators"
    assert "refused: torchvision::nms" in output and "from one index" in output


def test_torchvision_with_operators_keeps_them(tmp_path):
    working = TORCHVISION | {"torchvision/extension.py": LOADED_OPERATORS}
    code = f"""
import mcf, torch, torchvision
{ACTIVE}
assert torch.ops.torchvision.nms(torch.zeros(1, 4), torch.zeros(1), 0.5) == 1
"""
    output = run_fresh(code, packages=write_packages(tmp_path, working))
    assert active(output) == "active:"


MMPRETRAIN = {
    "mmpretrain/__init__.py": "from . import models\n",
    "mmpretrain/utils/dependency.py": "WITH_MULTIMODAL = True\n",
    "mmpretrain/models.py": "from mmpretrain.utils.dependency import WITH_MULTIMODAL\n",
}


@pytest.mark.parametrize(
    ("pruning", "expected"),
    [
        ("find_pruneable_heads_and_indices = None\n", "active:"),
        ("", "active: transformers"),
    ],
)
def test_multimodal_models_are_left_out_where_they_cannot_be_imported(
    tmp_path, pruning, expected
):
    packages = MMPRETRAIN | {
        "transformers/__init__.py": "",
        "transformers/pytorch_utils.py": pruning,
    }
    code = f"""
import mcf, mmpretrain
print("multimodal:", mmpretrain.models.WITH_MULTIMODAL)
{ACTIVE}"""
    output = run_fresh(code, packages=write_packages(tmp_path, packages))
    assert active(output) == expected
    assert f"multimodal: {bool(pruning)}" in output


def mmseg(version: str) -> dict[str, str]:
    """An mmsegmentation that imports what upstream's imports unguarded."""
    return {
        "mmseg/__init__.py": "import mmcv\nfrom .version import __version__\n",
        "mmseg/version.py": f"__version__ = {version!r}\n",
        "mmseg/models.py": "from mmcv.ops import point_sample, sigmoid_focal_loss\n",
    }


@pytest.mark.parametrize(
    "imports", ["mmseg.models", "mmseg.models, mmpose.models", "mmpose.models"]
)
def test_upstream_mmsegmentation_gets_the_operators_that_it_imports(tmp_path, imports):
    sources = MMPOSE | MMCV_WITHOUT_OPS | MMDET | mmseg("1.2.2")
    code = f"""
import sys, mcf, {imports}, mmseg.models, mmpose.models
for use in ("point_sample", "sigmoid_focal_loss", "MultiScaleDeformableAttention"):
    try:
        getattr(sys.modules["mmcv.ops"], use)(1, 2)
    except RuntimeError as error:
        print("refused:", error)
try:
    from mmcv.ops import PSAMask
except ModuleNotFoundError as error:
    print("missing:", error.name)
"""
    output = run_fresh(code, packages=write_packages(tmp_path, sources))
    for name in ("mmcv.ops.point_sample", "mmcv.ops.sigmoid_focal_loss"):
        assert f"refused: {name} needs" in output
    assert output.count("the same with mmcv") == 3
    assert "missing: mmcv._ext" in output


def test_operators_that_work_are_left_to_upstream_mmsegmentation(tmp_path):
    operators = "def point_sample(): return 7\ndef sigmoid_focal_loss(): return 8\n"
    sources = mmseg("1.2.2") | {"mmcv/ops.py": operators}
    code = f"""
import mcf, mmseg.models
assert mmseg.models.point_sample() == 7
{ACTIVE}"""
    output = run_fresh(code, packages=write_packages(tmp_path, sources))
    assert active(output) == "active:"


def test_maintained_mmsegmentation_sees_that_operators_are_missing(tmp_path):
    sources = MMCV_WITHOUT_OPS | mmseg("1.4.2")
    code = """
import mcf
try:
    import mmseg.models
except ModuleNotFoundError as error:
    print("missing:", error.name)
"""
    output = run_fresh(code, packages=write_packages(tmp_path, sources))
    assert "missing: mmcv._ext" in output


def test_activating_twice_adds_one_finder():
    code = """
import sys, mcf
before = list(sys.meta_path)
mcf.compat.activate()
assert sys.meta_path == before
"""
    run_fresh(code)


@pytest.mark.parametrize(
    "modules",
    [
        "mmpose.models, mmpose.datasets, mmpose.evaluation, mmpose.codecs, mmpose.apis",
        "mmseg.models, mmseg.datasets, mmseg.evaluation, mmseg.apis",
        "mmpretrain.models, mmpretrain.datasets, mmpretrain.evaluation",
    ],
)
def test_installed_host_libraries_import_whole(modules):
    host = modules.partition(".")[0]
    if importlib.util.find_spec(host) is None:
        pytest.skip(f"{host} is not installed")
    run_fresh(f"import mcf, {modules}")
