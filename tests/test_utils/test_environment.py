"""The environment report and the warning about versions."""

import logging
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from mcf import compat
from mcf.utils import environment
from mcf.utils.environment import HOSTS, OPTIONAL, TORCH, Line, Package, render

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
AMD = "processor\t: 0\nflags\t\t: fpu avx512f avx512_bf16\nprocessor\t: 1\n"


def requirements() -> dict[str, list[Requirement]]:
    """Return what all requirement files ask for, by distribution."""
    found: dict[str, list[Requirement]] = {}
    for file in REQUIREMENTS.glob("*.txt"):
        for line in file.read_text().splitlines():
            if line and not line.startswith("#"):
                requirement = Requirement(line)
                found.setdefault(requirement.name, []).append(requirement)
    return found


@pytest.mark.parametrize("package", [*TORCH, *HOSTS], ids=lambda package: package.name)
def test_requirement_files_lie_within_the_tested_range(package):
    tested = SpecifierSet(package.tested)
    asked = requirements()[package.distributions[0]]
    versions = [part.version for one in asked for part in one.specifier]
    bounds = [part.version for part in tested if part.operator == "<"]
    assert versions
    assert all(tested.contains(version) or version in bounds for version in versions)


@pytest.mark.parametrize("package", OPTIONAL, ids=lambda package: package.name)
def test_optional_packages_are_in_the_requirement_files(package):
    assert package.distributions[0] in requirements()


def test_report_names_versions_and_stand_ins():
    sections = environment.report()
    text = render(sections)
    assert metadata.version("torch") in text
    assert [line.name for line in sections["Stand-ins"]] == [
        status.part.name for status in compat.status()
    ]
    for status in compat.status():
        assert not status.active or status.part.remedy in text
    assert text.endswith("Pre-training can run here.")


def test_report_lists_each_gpu(monkeypatch):
    import torch

    gpu = SimpleNamespace(name="H200", total_memory=139 * 2**30)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda index: gpu)
    lines = environment.report()["PyTorch"]
    found = [line for line in lines if line.name == "accelerator"]
    assert [line.value for line in found] == ["cuda:0", "cuda:1"]
    assert all(line.note.startswith("H200, 139 GiB") for line in found)


def test_missing_required_package_is_a_problem_with_remedy(monkeypatch):
    absent = Package("mmcv", ("mcf-absent",), "images", tested=">=2,<3", required=True)
    monkeypatch.setattr(environment, "HOSTS", (absent,))
    text = render(environment.report())
    assert "for lack of mmcv" in text
    assert 'pip install "mcf-absent>=2,<3"' in text


def test_missing_optional_package_is_no_problem(monkeypatch):
    absent = Package("mmpose", ("mcf-absent",), "alignment", install="this && that")
    monkeypatch.setattr(environment, "HOSTS", (absent,))
    text = render(environment.report())
    assert "pip install this && that" in text
    assert "Pre-training can run here." in text


def test_upstream_distribution_counts_as_the_host_library():
    (mmengine,) = (package for package in HOSTS if package.name == "mmengine")
    assert {"onedl-mmengine", "mmengine"} <= set(mmengine.distributions)
    assert Package("it", ("mcf-absent", "packaging")).find()[0] == "packaging"


def test_untested_version_warns_once_with_remedy(monkeypatch):
    old = Package("packaging", ("packaging",), tested="<1")
    monkeypatch.setattr(environment, "HOSTS", (old,))
    monkeypatch.setattr(environment, "TORCH", ())
    records = []
    monkeypatch.setattr(
        "mmengine.logging.print_log",
        lambda *args, **kwargs: records.append((args, kwargs)),
    )
    environment.warn_untested.cache_clear()
    environment.warn_untested()
    environment.warn_untested()
    environment.warn_untested.cache_clear()
    ((message,), settings) = records[0]
    assert len(records) == 1 and settings["level"] == logging.WARNING
    assert "packaging" in message and 'pip install "packaging<1"' in message


def test_untested_python_is_reported(monkeypatch):
    monkeypatch.setattr(environment, "PYTHON", "<3.0")
    assert any(name.startswith("Python 3") for name, _ in environment.untested())


def test_systems_other_than_linux_are_called_untested(monkeypatch):
    monkeypatch.setattr(environment.platform, "system", lambda: "Darwin")
    assert "tested: Linux" in dict(environment.untested())["Darwin"]


@pytest.mark.parametrize(
    ("cpuinfo", "expected"),
    [
        (AMD, True),
        ("flags\t: fpu avx2\n", False),
        ("Features\t: fp asimd bf16\n", True),
        ("", False),
    ],
)
def test_bfloat16_is_read_from_the_processor_flags(monkeypatch, cpuinfo, expected):
    monkeypatch.setattr(Path, "read_text", lambda self: cpuinfo)
    assert environment.cpu_has_bfloat16() is expected


def test_unreadable_processor_flags_mean_none(monkeypatch):
    def fail(self: Path) -> str:
        raise FileNotFoundError(self)

    monkeypatch.setattr(Path, "read_text", fail)
    assert environment.cpu_features() == frozenset()


def test_columns_align_and_details_follow():
    sections = {"One": [Line("a", "1", "x"), Line("long", "22", "y", ("how",))]}
    lines = render(sections).splitlines()
    assert lines[:4] == ["One", "  a     1   x", "  long  22  y", "      how"]
