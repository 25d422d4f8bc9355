"""Stand-ins that let host libraries import where parts of them are missing.

Torchvision, mmpretrain and mmpose import, used or not, things that a plain ``pip
install`` may not bring, or bring in a release that does not fit. Pre-training, face
alignment and face parsing need none of them:

==========================  =====================================================
part                        why its import may fail
==========================  =====================================================
``torchvision::nms, qnms``  a torchvision built for CUDA cannot load its operators
                            beside a CPU-only torch, yet looks up their schemas
``mmcv.ops``                mmcv without compiled operators; mmpose imports
                            ``MultiScaleDeformableAttention`` from it, upstream's
                            mmsegmentation ``point_sample``, ``sigmoid_focal_loss``
``mmdet``                   not installed; mmpose imports ``ConfigType`` and
                            ``reduce_mean`` from ``mmdet.utils``
``xtcocotools``             its wheels are built for NumPy 1 and fail under NumPy 2;
                            mmpose imports the COCO reader, masks and evaluation
``transformers``            mmpretrain's multimodal models, which it imports where any
                            transformers is installed, do not import beside its
                            release 5; they are left out then
==========================  =====================================================

`activate` (called by ``import mcf``) imports none of them. It adds an import finder
that finds nothing itself but sees four moments go by. When torchvision, having tried
to load its operators, is about to describe them, schemas still unknown are defined.
When mmpretrain is about to import its models, those it cannot import are switched off.
When mmpose is about to import its first submodule, each of the other parts is
imported for real, and its stand-in takes its place only if that fails. So a working
package is never touched, and where mmpose is not imported nothing is replaced. But
mmsegmentation before its maintained distribution (1.3) imports operators unguarded:
``mmcv.ops`` is then looked at before its first submodule, too.

Two lines that hosts print at every start are left out: mmcv's about an operator that
nothing here uses, and debug messages that MMEngine prints for want of a logger.

A stand-in holds the few names that these hosts import. Using one raises an error with
the remedy. Importing any other name from it raises ``ModuleNotFoundError``, as from
the missing package, so that ``try: import`` guards elsewhere keep working.
"""

import functools
import importlib
import importlib.abc
import logging
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

Contents = dict[str, dict[str, Any]]
"""Names by module."""


@dataclass(frozen=True)
class Part:
    """A part that may be missing or broken.

    Attributes:
        name: What it is called.
        host: Package that imports it.
        lost: What does not work without it.
        remedy: What the real one takes.
        command: Command that brings it, if there is one.
        modules: Modules that are imported from it; empty for operators.
        absent: Module that cannot be found where the part is not installed.
        contents: Makes the names of its stand-in.
    """

    name: str
    host: str
    lost: str
    remedy: str
    command: str = ""
    modules: tuple[str, ...] = ()
    absent: str = ""
    contents: "Callable[[Part], Contents] | None" = None

    def explain(self, used: str) -> str:
        """Say why ``used`` fails and what helps."""
        return (
            f"{used} needs what is missing or broken here: {self.name}. {self.advice}"
        )

    @property
    def advice(self) -> str:
        """How to get the real one, as a sentence."""
        return f"Remedy: {self.remedy}" + (f": {self.command}" if self.command else "")


@dataclass(frozen=True)
class Status:
    """What became of a part in this process.

    Attributes:
        part: The part.
        active: Whether its stand-in is in use.
        reason: What the real one raised; empty if it works or was not needed yet.
    """

    part: Part
    active: bool
    reason: str


def _mmcv_ops(part: Part) -> Contents:
    class MultiScaleDeformableAttention:
        """Stands in for the compiled operator; cannot be built."""

        def __init__(self, *args: object, **kwargs: object) -> None:
            raise RuntimeError(part.explain("MultiScaleDeformableAttention"))

    return {
        "mmcv.ops": {"MultiScaleDeformableAttention": MultiScaleDeformableAttention}
    }


def _refusing(part: Part, used: str) -> Callable[..., NoReturn]:
    def refuse(*args: object, **kwargs: object) -> NoReturn:
        raise RuntimeError(part.explain(used))

    return refuse


def _mmdet(part: Part) -> Contents:
    from mmengine.config import ConfigDict

    reduce_mean = _refusing(part, "mmdet.utils.reduce_mean")
    names = {"ConfigType": ConfigDict | dict, "reduce_mean": reduce_mean}
    return {"mmdet.utils": names}


def _xtcocotools(part: Part) -> Contents:
    class COCOeval:
        """Stands in for the evaluation: that of pycocotools takes no ``sigmas``."""

        def __init__(self, *args: object, **kwargs: object) -> None:
            raise RuntimeError(part.explain("xtcocotools.cocoeval.COCOeval"))

    contents: Contents = {"xtcocotools.cocoeval": {"COCOeval": COCOeval}}
    try:
        from pycocotools import coco, mask
    except ModuleNotFoundError:  # the remedy then appears where the names are used
        return contents
    names = ("encode", "decode", "area", "iou", "merge", "toBbox", "frPyObjects")
    contents["xtcocotools.coco"] = {"COCO": coco.COCO}
    contents["xtcocotools.mask"] = {name: getattr(mask, name) for name in names}
    return contents


# Without isolation the build sees the installed torch and NumPy, without the cache
# it does not reuse what was built before.
_FROM_SOURCE = (
    "pip install --no-build-isolation --no-cache-dir --no-deps --force-reinstall "
    "--no-binary"
)
TORCHVISION_OPS = Part(
    name="torchvision operators",
    host="torchvision",
    lost="torchvision.ops (nms, roi_align, deform_conv2d)",
    remedy="install torch and torchvision from one index: both for CPU, or both for "
    "the same CUDA version",
)
MULTIMODAL = Part(
    name="transformers",
    host="mmpretrain",
    lost="multimodal models of mmpretrain (BLIP, LLaVA, OFA ...)",
    remedy="install a release that mmpretrain knows",
    command='pip install "transformers<5"',
)
MMCV_OPS = Part(
    name="mmcv.ops",
    host="mmpose",
    lost="compiled operators (EDPose of mmpose; Mask2Former, SAN, PointRend and focal "
    "loss on a GPU of mmsegmentation)",
    remedy="build them with a C++ compiler, 20 to 30 minutes on two cores (in place "
    "of mmcv-lite, the same with mmcv)",
    command=f"{_FROM_SOURCE} onedl-mmcv onedl-mmcv",
    modules=("mmcv.ops",),
    absent="mmcv._ext",
    contents=_mmcv_ops,
)
MMSEG_OPERATORS = ("point_sample", "sigmoid_focal_loss")
"""What mmsegmentation 1.0 to 1.2 imports from ``mmcv.ops`` without a guard."""
MMPOSE_PARTS = (
    MMCV_OPS,
    Part(
        name="mmdet",
        host="mmpose",
        lost="training of RTMO, person detectors of mmpose's inferencers",
        remedy="install its maintained distribution, which may change NumPy and OpenCV",
        command="pip install onedl-mmdetection",
        modules=("mmdet", "mmdet.utils"),
        absent="mmdet",
        contents=_mmdet,
    ),
    Part(
        name="xtcocotools",
        host="mmpose",
        lost="COCO average precision of key points; pycocotools reads the files",
        remedy="pycocotools suffices to read files; for more, build it with a C "
        "compiler and the package cython",
        command=f"{_FROM_SOURCE} xtcocotools xtcocotools",
        modules=(
            "xtcocotools",
            "xtcocotools.coco",
            "xtcocotools.cocoeval",
            "xtcocotools.mask",
        ),
        absent="xtcocotools",
        contents=_xtcocotools,
    ),
)


class _StandIn(ModuleType):
    """Module that holds a few names and explains itself for all others.

    The empty ``__path__`` makes ``from module import name`` look for a submodule if
    the name is not there; the finder then refuses in the way that guards expect.
    """

    def __init__(self, name: str, part: Part, names: dict[str, Any]) -> None:
        super().__init__(name, f"Stand-in for {part.name} made by mcf.compat.")
        self.__spec__ = ModuleSpec(name, None, is_package=True)
        self.__path__: list[str] = []
        self._part = part
        vars(self).update(names)

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(self._part.explain(f"{self.__name__}.{name}"))


class _Watcher(importlib.abc.MetaPathFinder):
    """Finder that never finds: it puts stand-ins in place just before their need."""

    def __init__(self) -> None:
        self.reasons: dict[str, str] = {}
        self._mmpretrain_seen = False
        self._mmpose_seen = False
        self._mmseg_seen = False
        self._library: Any = None

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> None:
        """Act if ``fullname`` is an awaited module.

        Raises:
            ModuleNotFoundError: If it would be a submodule of a stand-in.
        """
        if fullname == "torchvision._meta_registrations":
            self._complete_torchvision()
        elif fullname == "mmpretrain.models" and not self._mmpretrain_seen:
            self._mmpretrain_seen = True
            self._complete_mmpretrain()
        elif fullname in ("mmpretrain.datasets", "mmseg.datasets"):
            _drop_debug_prints()
        elif fullname.startswith("mmpose.") and not self._mmpose_seen:
            self._mmpose_seen = True
            for part in MMPOSE_PARTS:
                self._complete(part)
        elif fullname.startswith("mmseg.") and not self._mmseg_seen:
            # ``mmseg.version`` comes first; the next one finds the version known.
            version = getattr(sys.modules["mmseg"], "__version__", "")
            self._mmseg_seen = bool(version)
            if version.startswith(("1.0", "1.1", "1.2")):
                self._complete_mmseg()
        parent = sys.modules.get(fullname.rpartition(".")[0])
        if isinstance(parent, _StandIn):
            part = parent._part
            raise ModuleNotFoundError(part.explain(fullname), name=part.absent)

    def _complete_torchvision(self) -> None:
        import torch

        if hasattr(torch.ops.torchvision, "nms"):
            return
        # Kept, because the schemas vanish together with the library object.
        self._library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):

            def refuse(*args: object, used: str = f"torchvision::{name}") -> NoReturn:
                raise RuntimeError(TORCHVISION_OPS.explain(used))

            self._library.define(
                f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
            )
            for device in ("CPU", "CUDA"):
                self._library.impl(name, refuse, device)
        self.reasons[TORCHVISION_OPS.name] = (
            f"the installed torchvision cannot load them with torch {torch.__version__}"
        )

    def _complete_mmpretrain(self) -> None:
        from mmpretrain.utils import dependency

        if not dependency.WITH_MULTIMODAL:
            return
        try:
            from transformers.pytorch_utils import (  # noqa: F401
                find_pruneable_heads_and_indices,
            )
        except ImportError as error:
            dependency.WITH_MULTIMODAL = False
            self.reasons[MULTIMODAL.name] = f"{type(error).__name__}: {error}"

    def _complete_mmseg(self) -> None:
        self._complete(MMCV_OPS)
        operators = sys.modules.get("mmcv.ops")
        if isinstance(operators, _StandIn):
            for name in MMSEG_OPERATORS:
                setattr(operators, name, _refusing(MMCV_OPS, f"mmcv.ops.{name}"))

    def _complete(self, part: Part) -> None:
        before = set(sys.modules)
        try:
            for name in part.modules:
                importlib.import_module(name)
        except Exception as error:  # a broken package may raise anything
            for name in set(sys.modules) - before:
                if f"{name}.".startswith(f"{part.modules[0]}."):
                    del sys.modules[name]
            self._report(part, error)
            self._replace(part)

    def _replace(self, part: Part) -> None:
        contents = part.contents(part)
        for name in part.modules:
            sys.modules[name] = _StandIn(name, part, contents.get(name, {}))
            parent, _, child = name.rpartition(".")
            if isinstance(sys.modules.get(parent), _StandIn):
                setattr(sys.modules[parent], child, sys.modules[name])

    def _report(self, part: Part, error: Exception) -> None:
        """Keep the reason; warn if the part is installed and yet unusable."""
        reason = f"{type(error).__name__}: {error}"
        self.reasons[part.name] = reason
        if isinstance(error, ModuleNotFoundError) and error.name == part.absent:
            return
        from mmengine.logging import print_log

        print_log(
            f"The installed {part.name} cannot be imported ({reason}). A stand-in "
            f"takes its place, without {part.lost}. {part.advice}",
            logger="current",
            level=logging.WARNING,
        )


def _drop_debug_prints() -> None:
    """Let ``print_log`` without a logger print no debug messages.

    MMEngine prints them whatever their level is, such as that OneDL, a service that
    few use, is not installed.
    """
    from mmengine import logging as host

    if hasattr(host.print_log, "__wrapped__"):
        return
    print_log = host.print_log

    @functools.wraps(print_log)
    def print_log_by_level(
        msg: object, logger: object = None, level: int = logging.INFO
    ) -> None:
        if logger is not None or level > logging.DEBUG:
            print_log(msg, logger, level)

    host.print_log = print_log_by_level


OPERATOR_MISSED = "Fail to import ``MultiScaleDeformableAttention``"
"""Warning of mmcv at every start about an operator that nothing here uses."""
_WATCHER = _Watcher()


def activate() -> None:
    """Watch imports from now on. Imports nothing; a second call changes nothing."""
    warnings.filterwarnings("ignore", message=OPERATOR_MISSED)
    if _WATCHER not in sys.meta_path:
        sys.meta_path.insert(0, _WATCHER)


def status() -> list[Status]:
    """Return what became of each part; known once the hosts are imported.

    Transformers, which nothing here needs, is a part only where it does not fit.
    """
    reasons = _WATCHER.reasons
    multimodal = [MULTIMODAL] if MULTIMODAL.name in reasons else []
    return [
        Status(part, part.name in reasons, reasons.get(part.name, ""))
        for part in (TORCHVISION_OPS, *multimodal, *MMPOSE_PARTS)
    ]
