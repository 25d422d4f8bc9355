"""What is known about the images of a store as a whole."""

import json
from collections.abc import Iterable
from pathlib import Path

from mcf.utils.atomic_file import write_atomically
from mcf.utils.bounded_file import read_json
from mcf.utils.declared import crop_recipe

FACTS = "store.json"


def read_metainfo(folders: Iterable[str | Path]) -> dict:
    """``crop``: the recipe by which faces were cut out, from ``store.json`` files.

    Empty unless each folder has the file and all name the same recipe.

    Args:
        folders: Where the files of a store lie.

    Raises:
        ValueError: If such a file is damaged, naming it.
    """
    crops = [_crop(Path(folder) / FACTS) for folder in dict.fromkeys(folders)]
    same = bool(crops) and all(crop == crops[0] for crop in crops)
    return {"crop": crops[0]} if same and crops[0] is not None else {}


def write_metainfo(metainfo: dict, folder: Path) -> None:
    """Write the facts, if there are any, beside a copy of the images."""
    if metainfo:
        text = json.dumps(metainfo, indent=2, sort_keys=True) + "\n"
        write_atomically(text, folder / FACTS)


def _crop(path: Path) -> dict | None:
    if not path.is_file():
        return None
    try:
        facts = read_json(path)
        crop = facts.get("crop")
        return None if crop is None else crop_recipe(crop, "crop")
    except (ValueError, AttributeError) as error:
        raise ValueError(
            f"{path} is damaged ({error}); write the store again. What a file may say "
            "is in docs/trust.md"
        ) from error
