"""What the package is made of: requirement groups, shipped files, install script."""

import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def needs_checkout(file: Path) -> bool:
    """Whether a tool uses ``projects/``, which is not installed."""
    return file.suffix == ".py" and "from projects" in file.read_text()


def setup_py(*arguments: str) -> str:
    command = [sys.executable, "setup.py", "--quiet", *arguments]
    return subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as a wheel would contain it, and its metadata beside it."""
    folder = tmp_path_factory.mktemp("build")
    setup_py("egg_info", "-e", str(folder), "build_py", "-d", str(folder / "lib"))
    return folder


def test_configs_and_tools_are_shipped_where_mim_looks(built):
    shipped = built / "lib" / "mcf" / ".mim"
    for folder in ("configs", "tools"):
        expected = {
            file.relative_to(ROOT)
            for file in (ROOT / folder).rglob("*")
            if file.is_file()
            and "__pycache__" not in file.parts
            and not needs_checkout(file)
        }
        found = {
            file.relative_to(shipped)
            for file in (shipped / folder).rglob("*")
            if file.is_file()
        }
        assert found == expected and expected


def test_every_file_of_the_package_is_shipped(built):
    expected = {
        file.relative_to(ROOT)
        for file in (ROOT / "mcf").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    library = built / "lib"
    shipped = {
        file.relative_to(library) for file in library.rglob("*") if file.is_file()
    }
    missing = expected - shipped
    assert not missing


def test_core_does_not_ask_for_one_distribution_of_the_host_libraries(built):
    text = (built / "mcf.egg-info" / "requires.txt").read_text()
    core, *extras = text.split("[")
    assert "torch>=2.6" in core and "mm" not in core
    groups = {extra.partition("]")[0] for extra in extras}
    assert groups >= {"mm", "pose", "seg", "teachers", "lmdb", "tensorboard", "tests"}
    assert "all" in groups


def test_constraints_pin_every_requirement():
    def names(file: Path) -> set[str]:
        lines = file.read_text().splitlines()
        return {
            re.split(r"[\[=>]", line)[0].replace("_", "-").lower()
            for line in lines
            if line and not line.startswith("#")
        }

    folder = ROOT / "requirements"
    pinned = names(folder / "constraints.txt") | names(folder / "torch.txt")
    for file in folder.glob("*.txt"):
        assert names(file) - {"setuptools"} <= pinned, file


def test_shell_scripts_parse():
    scripts = [ROOT / ".ci" / "run", *(ROOT / "scripts").glob("*.sh")]
    for script in scripts:
        subprocess.run(["bash", "-n", script], check=True)
        assert os.access(script, os.X_OK), f"{script} is not executable"


def install(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "scripts" / "install.sh"],
        env={"PATH": os.environ["PATH"], "VENV": str(folder), **environment},
        capture_output=True,
        text=True,
    )


def test_install_refuses_an_unknown_python(tmp_path):
    result = install(tmp_path / "venv", PYTHON="no-such-python")
    assert result.returncode != 0
    assert "no Python 3.10 to 3.14 as no-such-python" in result.stderr


def test_install_refuses_an_unsupported_environment(tmp_path):
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    result = install(tmp_path / "venv")
    assert result.returncode != 0
    assert "delete it and run again" in result.stderr


# Knows no torch; offers its CPU build only at PyTorch's own index, if it does at all.
STUB = """#!/bin/bash
case "$*" in
    *urllib*) {index} ;;
    *download.pytorch.org*--dry-run*) ;;
    *--dry-run*) exit 1 ;;
    *"-m pip"*) echo "$*" >>"$(dirname "$0")/log" ;;
esac
"""
needs_cpu = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("nvidia-smi") is not None,
    reason="for Linux without a GPU",
)


@needs_cpu
@pytest.mark.parametrize(
    ("index", "said", "installed"),
    [
        ("exit 0", "torch for CPU from https://download.pytorch.org", "+cpu -r"),
        ("exit 1", "taking PyPI's build with CUDA", "--no-input -r"),
        ("exec sleep 60", "taking PyPI's build with CUDA", "--no-input -r"),
    ],
    ids=["answers", "refuses", "hangs"],
)
def test_install_asks_for_the_cpu_build_and_never_hangs(
    tmp_path, index, said, installed
):
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(STUB.format(index=index))
    python.chmod(0o755)
    start = time.monotonic()
    result = install(tmp_path / "venv")
    assert result.returncode == 0, result.stderr
    assert said in result.stderr
    first, *_ = (python.parent / "log").read_text().splitlines()
    assert f"{installed} requirements/torch.txt" in first
    assert time.monotonic() - start < 30


def test_wheel_contains_configs_and_licence(tmp_path):
    build, metadata, wheels = (str(tmp_path / name) for name in ("b", "m", "w"))
    Path(metadata).mkdir()
    setup_py(
        *("build", "-b", build, "egg_info", "-e", metadata),
        *("bdist_wheel", "-d", wheels, "-b", f"{build}/wheel"),
    )
    (wheel,) = Path(wheels).glob("mcf-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("mcf/.mim/configs/pretrain/") for name in names)
    assert any(name.endswith("/LICENSE") for name in names)
