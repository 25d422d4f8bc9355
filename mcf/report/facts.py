"""Settings of runs as tables."""

from collections.abc import Iterator, Mapping, Sequence

from mcf.report.run import Run
from mcf.utils import environment
from mcf.visualization.page import Table

SKIPPED = {"pipeline", "metainfo", "init_cfg", "type"}


def settings_table(runs: Sequence[Run]) -> Table:
    """What each run was, a column a run."""
    columns = [_settings(run) for run in runs]
    names = dict.fromkeys(name for column in columns for name in column)
    rows = [[name, *(column.get(name, "") for column in columns)] for name in names]
    return Table("Settings", ("", *(run.name for run in runs)), rows)


def environment_table(runs: Sequence[Run]) -> Table | None:
    """Where each run ran, a column a run; None if no log tells."""
    names = dict.fromkeys(name for run in runs for name in run.environment)
    if not names:
        return None
    rows = [[name, *(run.environment.get(name, "") for run in runs)] for name in names]
    return Table("Environment of the runs", ("", *(run.name for run in runs)), rows)


def machine_table() -> Table:
    """The machine that calls this, and the versions on it."""
    sections = environment.report()
    rows = [
        [line.name, line.value, line.note]
        for section in ("System", "PyTorch", "Host libraries")
        for line in sections[section]
    ]
    return Table("Machine that wrote this report", (), rows)


def _settings(run: Run) -> dict[str, str]:
    config, model = run.config, run.config.model
    loader = config.train_dataloader
    heads = [model[name] for name in ("head", "decode_head") if name in model]
    hooks = config.get("custom_hooks") or []
    started = [hook.checkpoint for hook in hooks if hook.type == "mcf.InitBackboneHook"]
    tested = (config.get("test_dataloader") or {}).get("dataset")
    rows = {
        "config": run.config_name,
        "model": model.type,
        "backbone": sentence(model.get("backbone")),
        "head": "; ".join(map(sentence, heads)),
        "teacher": sentence(model.get("target_generator")),
        "starts from": ", ".join(started) or config.get("load_from") or "",
        "training data": "; ".join(map(sentence, _sources(loader.dataset))),
        "test data": "; ".join(map(sentence, _sources(tested))) if tested else "",
        "images per batch and process": str(loader.batch_size),
        "batches per optimiser step": str(
            config.optim_wrapper.get("accumulative_counts", 1)
        ),
        "optimiser": sentence(config.optim_wrapper.get("optimizer")),
        "length": sentence(config.train_cfg),
        "seed": str(config.get("randomness", {}).get("seed", "")),
    }
    return {name: text for name, text in rows.items() if text}


def sentence(settings: Mapping | None) -> str:
    """Settings as text: type first, then name and value, nested ones in brackets.

    Pipelines and other long lists of settings are left out.
    """
    if not settings:
        return ""
    parts = [str(settings["type"])] if "type" in settings else []
    for name, value in settings.items():
        if name in SKIPPED or value is None or value in ("", {}, []):
            continue
        if isinstance(value, Mapping):
            parts.append(f"{name} ({sentence(value)})")
        elif not (isinstance(value, list) and isinstance(value[0], Mapping)):
            parts.append(f"{name} {value}")
    return ", ".join(parts)


def _sources(dataset: Mapping) -> Iterator[Mapping]:
    """Where the images come from, below all wrappers."""
    inner = dataset.get("datasets") or [
        dataset[name] for name in ("dataset", "store") if name in dataset
    ]
    for part in inner:
        yield from _sources(part)
    if not inner:
        yield dataset
