"""The model zoo: what the metafiles say, checked, as index for MIM and as page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from mcf.utils.tables import markdown_table

HEAD = """# Model zoo

Written by `python tools/model_zoo.py` from `configs/*/metafile.yml`; a test fails when
it is out of date, when a config has no entry, or when a number does not say where it
comes from. **No checkpoints are published with this version**: the tables say what each
config is, what was measured here with small ones, and what others report for the
benchmarks of the large ones, which have not been run to the end here.

With MIM (`pip install openmim "setuptools<81"`), from any folder, once mcf is installed
from a wheel:

```bash
mim search mcf --config mcf_vit-base-p16_uper_8xb5-fp32-300e_lapa-512
mim train mcf mcf_vit-tiny-p14_simcc_1xb8-fp32-coslr-12e_synthetic68-112.py --gpus 0
```

`onedl-mim` 0.5.1 does not find packages that, like this one, are named as their module.
"""
MEASURED = {"Command", "Data", "Seed", "Epoch", "Date", "Notes"}
PUBLISHED = {"Model", "Epoch", "Source"}
FIRST = "pretrain"
INDEX = "model-index.yml"
PAGE = "docs/model_zoo.md"


@dataclass(frozen=True)
class Benchmark:
    """Published numbers for one test set.

    Attributes:
        name: Of the test set.
        unit: What the numbers are.
        scores: Column → name of that score in an evaluation of ours.
        rows: Model, columns, how its epoch was chosen, source.
    """

    name: str
    unit: str
    scores: dict[str, str]
    rows: list[dict]


@dataclass(frozen=True)
class Zoo:
    """All metafiles below a folder.

    Attributes:
        root: Folder that holds ``configs``.
        collections: Collections in order, each with its file under ``path``.
        models: Config file relative to the root → its entry.
        benchmarks: By name.
    """

    root: Path
    collections: list[dict] = field(default_factory=list)
    models: dict[str, dict] = field(default_factory=dict)
    benchmarks: dict[str, Benchmark] = field(default_factory=dict)

    def benchmark_of(self, config_name: str) -> Benchmark | None:
        """Published numbers for the test set of a config, if there are any.

        Args:
            config_name: File name of the config without ending.
        """
        names = (
            entry.get("Benchmark")
            for path, entry in self.models.items()
            if Path(path).stem == config_name
        )
        return self.benchmarks.get(next(names, None))


def read_zoo(root: str | Path) -> Zoo:
    """Read all ``configs/*/metafile.yml`` below a folder.

    Raises:
        ValueError: If two entries or two benchmarks have one name.
    """
    zoo = Zoo(Path(root))
    files = zoo.root.glob("configs/*/metafile.yml")
    for file in sorted(files, key=lambda path: (path.parent.name != FIRST, path)):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        path = file.relative_to(zoo.root).as_posix()
        for collection in content["Collections"]:
            zoo.collections.append(dict(collection, path=path))
            for found in collection.get("Published", []):
                benchmark = Benchmark(
                    str(found["Benchmark"]),
                    found["Unit"],
                    found["Scores"],
                    found["Rows"],
                )
                if benchmark.name in zoo.benchmarks:
                    raise ValueError(f"{path}: second benchmark {benchmark.name!r}")
                zoo.benchmarks[benchmark.name] = benchmark
        for entry in content["Models"]:
            if entry["Config"] in zoo.models:
                raise ValueError(f"{path}: second entry for {entry['Config']}")
            zoo.models[entry["Config"]] = entry
    return zoo


def problems(zoo: Zoo) -> Iterator[str]:
    """Problems of a zoo, one sentence each.

    Every config beside a metafile needs an entry, every entry a config of its name and
    a known collection and benchmark, and every number its origin.
    """
    configs = {
        path.relative_to(zoo.root).as_posix()
        for collection in zoo.collections
        for path in (zoo.root / collection["path"]).parent.glob("*.py")
    }
    collections = {collection["Name"] for collection in zoo.collections}
    for config in sorted(configs - zoo.models.keys()):
        yield f"{config} has no entry in the metafile of its folder"
    for config, entry in zoo.models.items():
        if config not in configs:
            yield f"entry {entry['Name']}: there is no {config}"
        if entry["Name"] != Path(config).stem:
            yield f"entry {entry['Name']} is not named like {config}"
        if entry["In Collection"] not in collections:
            yield f"{config}: unknown collection {entry['In Collection']!r}"
        if entry.get("Benchmark", None) not in {None, *zoo.benchmarks}:
            yield f"{config}: unknown benchmark {entry['Benchmark']!r}"
        for result in entry.get("Results", []):
            if missing := MEASURED - result.get("Source", {}).keys():
                yield f"{config}: result without {', '.join(sorted(missing))}"
    for benchmark in zoo.benchmarks.values():
        for row in benchmark.rows:
            if missing := PUBLISHED - row.keys():
                yield f"{benchmark.name}: {row} without {', '.join(sorted(missing))}"
            if unknown := row.keys() - PUBLISHED - benchmark.scores.keys():
                yield f"{benchmark.name}: unknown scores {', '.join(sorted(unknown))}"


def model_index(zoo: Zoo) -> str:
    """Content of ``model-index.yml``: where the metafiles are."""
    paths = dict.fromkeys(collection["path"] for collection in zoo.collections)
    lines = (f"  - {path}" for path in paths)
    return "\n".join(["# Written by python tools/model_zoo.py.", "Import:", *lines, ""])


def zoo_page(zoo: Zoo) -> str:
    """Markdown page about all models; its links are relative to ``docs``."""
    lines = [HEAD]
    for collection in zoo.collections:
        entries = {
            path: entry
            for path, entry in zoo.models.items()
            if entry["In Collection"] == collection["Name"]
        }
        lines += [f"## {collection['Name']}", "", _readme(collection), ""]
        lines += markdown_table(
            ("config", "network", "parameters", "data", "epochs", "batch"),
            (_model_row(path, entry) for path, entry in entries.items()),
        )
        lines += _measured(entries)
        for found in collection.get("Published", []):
            benchmark = zoo.benchmarks[str(found["Benchmark"])]
            lines += [
                "",
                f"### Published: {benchmark.name}",
                "",
                benchmark.unit + ".",
                "",
            ]
            lines += markdown_table(
                ("model", *benchmark.scores, "epoch", "source"),
                (_published_row(benchmark, row) for row in benchmark.rows),
            )
        lines.append("")
    return "\n".join(lines)


def number(value: float) -> str:
    """A score with as many decimals as it was given, but at least two."""
    return f"{value:.2f}" if round(value, 2) == value else f"{value:g}"


def _readme(collection: dict) -> str:
    text = f"[{collection['README']}](../{collection['README']})"
    paper = collection.get("Paper")
    told = f" Paper: [{paper['Title']}]({paper['URL']})." if paper else ""
    return f"Recipes and switches: {text}.{told}"


def _model_row(path: str, entry: dict) -> tuple[str, ...]:
    facts = entry["Metadata"]
    return (
        f"[{entry['Name']}](../{path})",
        ", ".join(facts["Architecture"]),
        f"{facts['Parameters'] / 1e6:.1f} M",
        facts["Training Data"],
        str(facts["Epochs"]),
        str(facts["Batch Size"]),
    )


def _measured(entries: dict[str, dict]) -> list[str]:
    rows = [
        (
            f"`{entry['Name']}`",
            f"{result['Task']}, {result['Dataset']}",
            "<br>".join(f"{k}: {number(v)}" for k, v in result["Metrics"].items()),
            f"{source['Data']}; {source['Epoch']} epoch, {source['Date']}",
            f"[how]({Path(source['Notes']).name})",
        )
        for entry in entries.values()
        for result in entry.get("Results", [])
        for source in [result["Source"]]
    ]
    if not rows:
        return []
    head = ("config", "what", "%", "data", "command")
    return ["", "### Measured here", "", *markdown_table(head, rows)]


def _published_row(benchmark: Benchmark, row: dict) -> tuple[str, ...]:
    scores = (number(row[name]) if name in row else "" for name in benchmark.scores)
    return (row["Model"], *scores, row["Epoch"], row["Source"])
