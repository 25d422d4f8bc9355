"""What a run accepts from the checkpoint that it resumes from."""

from collections.abc import Mapping
from pathlib import Path

PROGRAM = "config"
"""In the meta: a config as Python text that MMEngine runs; its own files have none."""
BEST = "best_ckpt"
"""Key, or its start, of files that MMEngine deletes when a better one is saved."""
KEPT = "keep_ckpt_ids"
"""Key of the steps whose files it deletes when there are too many."""


def without_commands(content: object, folder: Path | None) -> object:
    """Take out what would make MMEngine run a text or delete other files.

    Args:
        content: Of a checkpoint, which is changed; anything else is given back.
        folder: Where the file lies. Only checkpoints beside it may be named as the
            best so far; None for no place.
    """
    if not isinstance(content, dict):
        return content
    if isinstance(content.get("meta"), Mapping):
        content["meta"] = {k: v for k, v in content["meta"].items() if k != PROGRAM}
    hub = content.get("message_hub")
    known = hub.get("runtime_info") if isinstance(hub, Mapping) else None
    if isinstance(known, Mapping):
        kept = {k: v for k, v in known.items() if _is_harmless(k, v, folder)}
        content["message_hub"] = {**hub, "runtime_info": kept}
    return content


def _is_harmless(key: object, value: object, folder: Path | None) -> bool:
    if not isinstance(key, str):
        return False
    if key == KEPT:
        return isinstance(value, list) and all(type(step) is int for step in value)
    if not key.startswith(BEST) or value is None:
        return True
    if folder is None or not isinstance(value, str):
        return False
    path = Path(value)
    return path.name.startswith("best_") and path.parent.resolve() == folder.resolve()
