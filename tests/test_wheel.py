"""What users get who install the package instead of a checkout."""

import shutil
import site
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.test_engine.tiny_run import write_run
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


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Programs of a new environment with the wheel and the host libraries of this one.

    A path in a ``.pth`` file brings no other ``.pth`` file with it, so that an editable
    installation of the checkout stays out.
    """
    folder = tmp_path_factory.mktemp("installed")
    python = folder / "bin" / "python"
    run([sys.executable, "-m", "venv", "--without-pip", folder], folder)
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-q"]
    run([*pip, "--no-deps", "--no-index", wheel], folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "hosts.pth").write_text("\n".join(site.getsitepackages()))
    return python.parent


def run(command: list[object], folder: Path) -> str:
    """Run a command in a folder that is not the checkout; return what it printed."""
    done = subprocess.run(
        list(map(str, command)),
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "OMP_NUM_THREADS": "1"},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_installed_wheel_trains_and_infers_away_from_the_checkout(installed, tmp_path):
    python = installed / "python"
    mcf = [python, "-m", "mcf"]
    file = run([python, "-c", "import mcf; print(mcf.__file__)"], tmp_path)
    assert Path(file.strip()).is_relative_to(installed.parent)

    config = write_run(tmp_path)
    run([*mcf, "train", config, "--work-dir", tmp_path / "run"], tmp_path)
    backbone = tmp_path / "run" / "backbone_online.pth"
    embedding = ["--embedding", backbone, "--detector", "none"]
    photos, results = tmp_path / "images", tmp_path / "results"
    run([*mcf, "infer", photos, "--out", results, *embedding], tmp_path)
    found = {path.stem for path in results.rglob("*.json")}
    assert found >= {path.stem for path in photos.iterdir()}


@pytest.mark.slow
def test_installed_command_runs_the_demo_away_from_the_checkout(installed, tmp_path):
    said = run([installed / "mcf", "demo", "--quick", "--out", "demo"], tmp_path)
    lines = said.splitlines()
    assert len(lines) <= 60 and all(line.isprintable() for line in lines), said
    assert [line for line in lines if line.startswith("Report    demo/report.html")]
    assert "Epoch(train)" in (tmp_path / "demo/demo.log").read_text()
    page = (tmp_path / "demo/report.html").read_text()
    order = ("Points that", "Parts that", "model that comes", "reconstruction after")
    places = [page.index(x) for x in (*order, "<table", "feature loss", "<details")]
    assert places == sorted(places), "pictures, then one table, then curves"
    again = run([installed / "mcf", "demo", "--out", "demo", "--resume"], tmp_path)
    assert "Pre-training" not in again and "Report    demo/report.html" in again
