"""Places of the configs, tools and model index that ship with the package."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def shipped_folder() -> Path:
    """Folder that holds ``configs``, ``tools`` and ``model-index.yml``.

    In a wheel it is ``mcf/.mim``, where MIM looks too; in a checkout its root.

    Raises:
        FileNotFoundError: If the package was copied without them.
    """
    for folder in (PACKAGE / ".mim", PACKAGE.parent):
        if (folder / "configs" / "_base_").is_dir():
            return folder
    raise FileNotFoundError(
        f"no configs in {PACKAGE / '.mim'} or {PACKAGE.parent}; install a wheel, "
        "or the checkout with pip install -e"
    )
