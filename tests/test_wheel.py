"""What users get who install the package instead of a checkout."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.test_install import needs_checkout

ROOT = Path(__file__).parents[1]
SOURCES = ("mcf", "configs", "tools", "requirements")
FILES = ("setup.py", "pyproject.toml", "README.md", "LICENSE", "model-index.yml")
FIND = """
import mcf
from mmengine.config import Config
from mcf.utils.shipped import shipped_folder
name = "mcf_vit-tiny-p14_uper_1xb4-fp32-4e_synthetic-112.py"
config = Config.fromfile(shipped_folder() / "configs" / "parsing" / name)
print(config.filename, config.train_cfg.max_epochs)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Wheel of a copy of the sources: building leaves files beside them."""
    folder = tmp_path_factory.mktemp("wheel")
    ignore = shutil.ignore_patterns("__pycache__", ".mim")
    for name in SOURCES:
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=ignore)
    for name in FILES:
        shutil.copy(ROOT / name, folder / "source" / name)
    command = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q"]
    subprocess.run(
        [sys.executable, "-m", "pip", *command, "-w", folder, folder / "source"],
        check=True,
    )
    (file,) = folder.glob("mcf-*.whl")
    return file


def test_wheel_holds_configs_tools_and_index_where_mim_looks(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("configs", "tools"):
        files = (p for p in (ROOT / folder).rglob("*") if p.is_file())
        for file in files:
            if "__pycache__" not in file.parts and not needs_checkout(file):
                assert f"mcf/.mim/{file.relative_to(ROOT)}" in names
    assert "mcf/.mim/model-index.yml" in names
    assert not [name for name in names if name.startswith(("tests/", "projects/"))]


def test_wheel_holds_the_model_inside_and_stays_small(wheel):
    (entry,) = (
        info
        for info in zipfile.ZipFile(wheel).infolist()
        if info.filename == "mcf/hub/weights/mcf_inside.onnx"
    )
    assert 1e6 < entry.file_size <= 12e6


def test_installed_package_finds_its_configs(wheel, tmp_path):
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    done = subprocess.run(
        [sys.executable, "-c", FIND],
        env={"PYTHONPATH": str(site), "PATH": "/usr/bin:/bin"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    file, epochs = done.stdout.split()[-2:]
    assert Path(file).is_relative_to(site / "mcf" / ".mim" / "configs")
    assert epochs == "4"
