"""What a command line says about models by name."""

from pathlib import Path

from mcf.utils.model_cache import is_as_noted, read_note
from mcf.utils.tables import align, markdown_table

from .download import Progress, ensure
from .registry import MODELS_FILE, HubModel, get_model, hub_models, read_models

HEAD = ("name", "what", "size", "published", "weights", "trained on")
COLUMNS = ("name", "task", "meaning", "size", "weights", "trained on", "here")


def models_table() -> str:
    """All models, one a line: task, size, licences, and whether they are here."""
    rows = [
        (
            model.name,
            model.task,
            model.meaning or "",
            _size(model),
            model.licence,
            ", ".join(one.name for one in model.data),
            "yes" if is_as_noted(model.path, read_note(model.path)) else "no",
        )
        for model in hub_models().values()
    ]
    return "\n".join(align([COLUMNS, *rows], text_columns=len(COLUMNS)))


def model_card(name: str) -> str:
    """Everything that is known of a model.

    Raises:
        ValueError: If there is none of this name.
    """
    model = get_model(name)
    note = read_note(model.path)
    here = is_as_noted(model.path, note)
    lines = [
        f"{model.name}: {model.title}",
        "",
        f"task      {model.task}" + (f", {model.meaning}" if model.meaning else ""),
        f"address   {model.url or 'none (any more)'}",
        f"size      {_size(model)}",
        f"sha256    {_sha256(model)}",
        f"place     {model.path}",
        f"here      {'yes' if here else 'no'}",
    ]
    if here and not note.expected:
        lines.append(f"          recorded SHA-256 {note.sha256}, {note.bytes} bytes")
    if model.crop is not None:
        warp = f", tanh warp {model.crop.warp_factor}" if model.crop.warp_factor else ""
        lines.append(f"crop      {model.crop.rule().recipe.label}{warp}")
    if model.host_config:
        lines.append(f"crop      as mmpose's config {model.host_config} says")
    if model.config:
        lines.append(f"recipe    {model.config}, to train one's own")
    lines += ["", "Published numbers"]
    lines += [f"  {one.what}: {one.value} ({one.source})" for one in model.numbers]
    lines += [] if model.numbers else ["  none"]
    lines += ["", "Licence", f"  weights: {model.licence}"]
    lines += [f"  {one.name}: {one.licence}" for one in model.data]
    lines += [f"  {model.allows}"]
    if model.notes:
        lines += ["", model.notes]
    return "\n".join(lines)


def renewed_page(text: str) -> str:
    """Text of ``docs/models.md`` with the current table of the shipped models.

    Raises:
        ValueError: If the text has no such table.
    """
    before, head, rest = text.partition(f"| {' | '.join(HEAD)} |\n")
    table, _, after = rest.partition("\n\n")
    if not head or not table.startswith("|"):
        raise ValueError("the page has no table of models")
    return f"{before}{_page_table()}\n\n{after}"


def _page_table() -> str:
    rows = [
        (
            f"`{model.name}`",
            model.title,
            _size(model),
            "<br>".join(f"{one.value} {one.what}" for one in model.numbers) or "–",
            model.licence,
            "<br>".join(f"{one.name}: {one.licence}" for one in model.data),
        )
        for model in read_models(MODELS_FILE).values()
    ]
    return "\n".join(markdown_table(HEAD, rows))


def download(name: str, *, progress: Progress | None = None) -> Path:
    """Download a model unless it is in the cache, check it and return its place.

    Raises:
        ConnectionError: If it cannot be fetched.
        ValueError: If there is none of this name, or the file is a wrong one.
    """
    return ensure(get_model(name), progress=progress)


def _sha256(model: HubModel) -> str:
    if model.sha256 is None:
        return "not published"
    whole = len(model.sha256) == 64
    return model.sha256 if whole else f"{model.sha256}... (no more is published)"


def _size(model: HubModel) -> str:
    return "not published" if model.bytes is None else f"{model.bytes / 1e6:.1f} MB"
