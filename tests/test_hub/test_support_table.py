from pathlib import Path

import pytest

from mcf.hub.support_table import support_table
from mcf.registry import MODELS

pytest.importorskip("timm")
ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "configs"
FOLDERS = ("pretrain", "alignment", "parsing")


@pytest.fixture(scope="module")
def table():
    return support_table(ROOT)


def test_page_in_the_docs_is_up_to_date(table):
    page = (ROOT / "docs" / "support_table.md").read_text()
    assert page == table, "run python tools/support_table.py"


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_config_has_a_line(table, folder):
    for path in (CONFIGS / folder).glob("*.py"):
        assert f"| [{path.stem}](../configs/{folder}/{path.name}) |" in table


def test_downstream_lines_tell_backbone_head_data_and_crop(table):
    lines = table.split("\n")
    for name, cells in {
        "mcf_vit-base-p16_heatcoord_8xb5-fp32-step-150e_wflw-448": (
            "DenseViT base, patch 16 | HeatmapCoordHead | WFLW98, 98 points "
            "| 512 px, seen at 448"
        ),
        "mcf_vit-tiny-p14_regression_1xb8-fp32-coslr-40e_helen29-112": (
            "DenseViT 6 x 192, patch 14 | RegressionHead | LandmarkFile, 29 points "
            "| 112 px"
        ),
        "swin-tiny_uper_8xb5-fp32-300e_celebamask-hq-512": (
            "SwinTransformer tiny | UPerHead | CelebAMaskHQDataset, 19 classes | 512 px"
        ),
    }.items():
        (line,) = [line for line in lines if line.startswith(f"| [{name}]")]
        assert line.endswith(f" | {cells} |")


@pytest.mark.parametrize(
    "package", ["backbones", "masking", "teachers", "targets.pixel"]
)
def test_what_the_table_names_is_in_some_config(table, package):
    names = [
        name
        for name, kind in MODELS.module_dict.items()
        if kind.__module__.startswith(f"mcf.models.{package}")
    ]
    assert names
    for name in names:
        (line,) = [part for part in table.split("\n") if f"| `mcf.{name}` |" in part]
        assert line.endswith("| yes |"), name


def test_new_config_makes_the_page_stale(tmp_path):
    for folder, pattern in {"pretrain": "*block.py", "parsing": "resnet50*.py"}.items():
        (path,) = (CONFIGS / folder).glob(pattern)
        new = tmp_path / "configs" / folder / "new.py"
        new.parent.mkdir(parents=True)
        new.write_text(f'_base_ = "{path}"')
        lines = support_table(tmp_path).split("\n")
        assert any(line.startswith(f"| [new](../configs/{folder}/") for line in lines)
