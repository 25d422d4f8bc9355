"""Settings of runs as tables."""

from collections.abc import Iterator, Mapping, Sequence

from mcf.report.run import Run
from mcf.report.run_folder import part
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
    """The environment of each run, one column per run; None if no log records it."""
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
    config, model = run.config, part(run.config, "model")
    loader = part(config, "train_dataloader")
    wrapper = part(config, "optim_wrapper")
    heads = [part(model, name) for name in ("head", "decode_head")]
    tested = part(config, "test_dataloader", "dataset")
    started = ", ".join(_initial_weights(config.get("custom_hooks")))
    rows = {
        "config": run.config_name,
        "model": model.get("type"),
        "backbone": sentence(part(model, "backbone")),
        "head": "; ".join(filter(None, map(sentence, heads))),
        "teacher": sentence(part(model, "target_generator")),
        "starts from": started or config.get("load_from"),
        "training data": "; ".join(map(sentence, _sources(part(loader, "dataset")))),
        "test data": "; ".join(map(sentence, _sources(tested))),
        "images per batch and process": loader.get("batch_size"),
        "batches per optimiser step": wrapper.get("accumulative_counts", 1),
        "optimiser": sentence(part(wrapper, "optimizer")),
        "length": sentence(part(config, "train_cfg")),
        "seed": part(config, "randomness").get("seed"),
    }
    told = {name: "" if text is None else str(text) for name, text in rows.items()}
    return {name: text for name, text in told.items() if text}


def _initial_weights(hooks: object) -> Iterator[str]:
    """Names of the weights that hooks put into the backbone."""
    for hook in hooks if isinstance(hooks, list) else []:
        if part(hook).get("type") == "mcf.InitBackboneHook":
            yield str(hook.get("checkpoint"))


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
    several = dataset.get("datasets")
    inner = several if isinstance(several, list) else []
    inner = inner or [dataset[name] for name in ("dataset", "store") if name in dataset]
    for source in inner:
        yield from _sources(part(source))
    if not inner:
        yield dataset
