import shutil
from pathlib import Path

import pytest

from mcf.apis.support_table import support_table
from mcf.registry import MODELS

pytest.importorskip("timm")
ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "configs" / "pretrain"


@pytest.fixture(scope="module")
def table():
    return support_table(CONFIGS)


def test_page_in_the_docs_is_up_to_date(table):
    page = (ROOT / "docs" / "support_table.md").read_text()
    assert page == table, "run python tools/support_table.py"


def test_every_config_has_a_line(table):
    for path in CONFIGS.glob("*.py"):
        assert f"| [{path.stem}](../configs/pretrain/{path.name}) |" in table


@pytest.mark.parametrize("package", ["masking", "teachers"])
def test_every_mask_and_teacher_of_the_registry_is_in_some_config(table, package):
    names = [
        name
        for name, kind in MODELS.module_dict.items()
        if kind.__module__.startswith(f"mcf.models.{package}.")
    ]
    assert names
    for name in names:
        (line,) = [part for part in table.split("\n") if f"| `mcf.{name}` |" in part]
        assert line.endswith("| yes |"), name


def test_new_config_makes_the_page_stale(table, tmp_path):
    folder = tmp_path / "configs" / "pretrain"
    shutil.copytree(ROOT / "configs" / "_base_", tmp_path / "configs" / "_base_")
    shutil.copytree(CONFIGS, folder)
    (path, *_rest) = sorted(folder.glob("*block.py"))
    shutil.copy(path, folder / "mcf_new.py")
    other = support_table(folder)
    assert set(other.split("\n")) - set(table.split("\n")) == {
        line for line in other.split("\n") if "mcf_new.py" in line
    }
