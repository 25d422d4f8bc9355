import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from mmengine.config import Config
from mmengine.registry import DefaultScope

import mcf.models  # noqa: F401
from mcf.hub.model_zoo import (
    INDEX,
    PAGE,
    model_index,
    number,
    problems,
    read_zoo,
    zoo_page,
)
from mcf.registry import MODELS

pytest.importorskip("timm")
ROOT = Path(__file__).parents[2]
ZOO = read_zoo(ROOT)

GOOD = """
Collections:
  - Name: Parsing
    Paper: {Title: A paper, URL: https://example.org}
    README: configs/parsing/README.md
    Published:
      - Benchmark: LaPa
        Unit: mean F1 in %
        Scores: {mean F1: parsing/mF1}
        Rows:
          - {Model: FaRL, mean F1: 93.5, Epoch: last, Source: log}
Models:
  - Name: small
    In Collection: Parsing
    Config: configs/parsing/small.py
    Benchmark: LaPa
    Metadata:
      {Architecture: [ViT], Training Data: Own, Epochs: 1, Batch Size: 2, Parameters: 7}
    Results:
      - Task: Face Parsing
        Dataset: LaPa
        Metrics: {mean F1: 50.125}
        Source: {Command: c, Data: d, Seed: 0, Epoch: last, Date: now, Notes: docs/n.md}
"""


def zoo_of(folder: Path, text: str):
    (folder / "configs" / "parsing").mkdir(parents=True)
    (folder / "configs" / "parsing" / "metafile.yml").write_text(text)
    (folder / "configs" / "parsing" / "small.py").touch()
    return read_zoo(folder)


@cache
def parameters(backbone: str, scope: str) -> int:
    settings = Config.fromstring(f"backbone = {backbone}", ".py").backbone
    settings.pop("init_cfg", None)
    with DefaultScope.overwrite_default_scope(scope):
        return sum(p.numel() for p in MODELS.build(settings).parameters())


def test_zoo_is_complete_and_every_number_has_an_origin():
    assert list(problems(ZOO)) == []


def test_written_files_are_up_to_date():
    for file, text in ((INDEX, model_index(ZOO)), (PAGE, zoo_page(ZOO))):
        assert (ROOT / file).read_text() == text, "run python tools/model_zoo.py"


@pytest.mark.parametrize("path", ZOO.models, ids=lambda path: Path(path).stem)
def test_entry_says_what_the_config_does(path):
    config, facts = Config.fromfile(ROOT / path), ZOO.models[path]["Metadata"]
    gpus = int(re.search(r"_(\d+)xb\d", path)[1])
    accumulated = config.optim_wrapper.get("accumulative_counts", 1)
    batch = gpus * config.train_dataloader.batch_size * accumulated
    assert facts["Batch Size"] == batch
    assert facts["Epochs"] == config.train_cfg.max_epochs
    backbone = config.model.backbone.to_dict()
    assert facts["Parameters"] == parameters(repr(backbone), config.default_scope)


@pytest.mark.parametrize(
    "path", [path for path, entry in ZOO.models.items() if "Benchmark" in entry]
)
def test_config_measures_what_its_benchmark_compares(path):
    config = Config.fromfile(ROOT / path)
    benchmark = ZOO.benchmark_of(Path(path).stem)
    selected = [config.default_hooks.get("selection"), *config.get("custom_hooks", [])]
    metrics = {hook["metric"] for hook in selected if hook and "metric" in hook}
    assert metrics & set(benchmark.scores.values())


def test_good_zoo_has_no_problems_and_shows_its_numbers(tmp_path):
    zoo = zoo_of(tmp_path, GOOD)
    assert list(problems(zoo)) == []
    page = zoo_page(zoo)
    assert "| FaRL | 93.50 | last | log |" in page
    assert "mean F1: 50.125" in page and "(n.md)" in page
    assert zoo.benchmark_of("small").unit == "mean F1 in %"
    assert zoo.benchmark_of("other") is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "configs/parsing/small.py",
            "configs/parsing/tiny.py",
            "no configs/parsing/ti",
        ),
        ("Name: small", "Name: large", "not named like"),
        ("Collection: Parsing", "Collection: Posing", "unknown collection"),
        (
            "Benchmark: LaPa\n    Meta",
            "Benchmark: Helen\n    Meta",
            "unknown benchmark",
        ),
        ("Command: c, ", "", "result without Command"),
        ("Source: log", "Sorce: log", "without Source"),
        ("mean F1: 93.5", "IoU: 93.5", "unknown scores IoU"),
    ],
)
def test_fault_is_named(tmp_path, old, new, message):
    assert GOOD.count(old) == 1
    found = list(problems(zoo_of(tmp_path, GOOD.replace(old, new))))
    assert any(message in text for text in found), found


def test_config_without_entry_is_named(tmp_path):
    zoo = zoo_of(tmp_path, GOOD)
    (tmp_path / "configs" / "parsing" / "forgotten.py").touch()
    assert list(problems(zoo)) == [
        "configs/parsing/forgotten.py has no entry in the metafile of its folder"
    ]


def test_second_entry_of_a_config_is_refused(tmp_path):
    content = yaml.safe_load(GOOD)
    content["Models"] *= 2
    with pytest.raises(ValueError, match="second entry"):
        zoo_of(tmp_path, yaml.safe_dump(content))


def test_numbers_keep_their_decimals():
    assert [number(x) for x in (2.5, 0.932, 4, 93.96)] == [
        "2.50",
        "0.932",
        "4.00",
        "93.96",
    ]
