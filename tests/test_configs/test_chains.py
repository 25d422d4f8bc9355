import ast
from pathlib import Path

import pytest

CONFIGS = Path(__file__).parents[2] / "configs"
DEEPEST = 4


def bases(file: Path) -> list[Path]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_base_":
            named = ast.literal_eval(node.value)
            named = [named] if isinstance(named, str) else named
            return [(file.parent / name).resolve() for name in named]
    return []


def depth(file: Path) -> int:
    return 1 + max(map(depth, bases(file)), default=0)


@pytest.mark.parametrize("folder", ["alignment", "parsing", "pretrain", "probing"])
def test_reader_of_a_config_follows_four_files_at_most(folder):
    depths = {file.name: depth(file) for file in (CONFIGS / folder).glob("*.py")}
    assert depths
    assert max(depths.values()) <= DEEPEST, depths


@pytest.mark.parametrize("task", ["alignment", "default", "parsing"])
def test_runtimes_share_one_base(task):
    file = CONFIGS / f"_base_/{task}_runtime.py"
    assert bases(file) == [CONFIGS.resolve() / "_base_/runtime.py"]
