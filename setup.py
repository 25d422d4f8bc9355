"""The one step of the build that pyproject.toml cannot say."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
SHIPPED = ("configs", "tools", "model-index.yml")
STUDIES = (  # need projects/, which only a checkout has
    "step_benchmark.py",
    "mini_benchmark.py",
    "parity.py",
    "report_mini_benchmark.py",
)


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


setup(cmdclass={"build_py": BuildWithConfigs})
