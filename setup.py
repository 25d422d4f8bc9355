"""Package metadata; the requirement files are the only place for versions."""

import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
SHIPPED = ("configs", "tools", "model-index.yml")
STUDIES = (  # need projects/, which only a checkout has
    "benchmark.py",
    "mini_benchmark.py",
    "parity.py",
    "report_mini_benchmark.py",
)
GROUPS = (
    "mm",
    "seg",
    "pose",
    "teachers",
    "timm",
    "lmdb",
    "prepare",
    "prepare_ray",
    "export",
    "tensorboard",
    "webui",
    "docs",
    "tests",
)


def requirements(group: str) -> list[str]:
    """Return the lines of a requirement file without its comments."""
    lines = (ROOT / "requirements" / f"{group}.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def version() -> str:
    """Return the version without importing the package."""
    names: dict[str, str] = {}
    exec((ROOT / "mcf" / "version.py").read_text(), names)
    return names["__version__"]


class BuildWithConfigs(build_py):
    """Builds the package with configs and tools inside, where MIM looks for them."""

    def run(self) -> None:
        """Copy them to ``mcf/.mim``, or link them there in an editable install."""
        super().run()
        home = ROOT if self.editable_mode else Path(self.build_lib)
        target = home / "mcf" / ".mim"
        target.mkdir(parents=True, exist_ok=True)
        for name in SHIPPED:
            source, place = ROOT / name, target / name
            if self.editable_mode:
                place.unlink(missing_ok=True)
                place.symlink_to(Path("../..") / name)
            elif source.is_dir():
                ignore = shutil.ignore_patterns("__pycache__", *STUDIES)
                shutil.copytree(source, place, ignore=ignore, dirs_exist_ok=True)
            else:
                shutil.copy2(source, place)


extras = {group: requirements(group) for group in GROUPS}
extras["all"] = [line for group in GROUPS for line in requirements(group)]

setup(
    name="mcf",
    version=version(),
    description="Open toolkit for face representation learning",
    long_description=(ROOT / "README.md").read_text(),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.10,<3.13",
    packages=find_packages(include=["mcf", "mcf.*"]),
    package_data={
        "mcf": [
            *("**/*.json", "**/*.yaml", "**/*.yml", "**/*.csv"),
            "hub/weights/*.onnx",
        ]
    },
    install_requires=requirements("runtime"),
    extras_require=extras,
    entry_points={"console_scripts": ["mcf = mcf.cli:main"]},
    cmdclass={"build_py": BuildWithConfigs},
    zip_safe=False,
)
