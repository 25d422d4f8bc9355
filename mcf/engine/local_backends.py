"""MMEngine's backends for local disks, whose files are whole or absent."""

from pathlib import Path

import mmengine
import numpy as np
from mmengine.config import Config
from mmengine.fileio import LocalBackend, register_backend
from mmengine.visualization import LocalVisBackend as MMEngineLocalVisBackend
from mmengine.visualization.vis_backend import force_init_env

from mcf.registry import VISBACKENDS
from mcf.utils.atomic_file import append_whole, write_atomically
from mcf.visualization.canvas import write_picture


@register_backend("mcf_atomic")
class AtomicBackend(LocalBackend):
    """MMEngine's local file backend with atomic ``put`` and ``put_text``.

    Used by ``backend_args=dict(backend='mcf_atomic')``.
    """

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Write bytes atomically."""
        write_atomically(obj, filepath)

    def put_text(self, obj: str, filepath: str | Path, encoding: str = "utf-8") -> None:
        """Write text atomically."""
        write_atomically(obj.encode(encoding), filepath)


@VISBACKENDS.register_module()
class LocalVisBackend(MMEngineLocalVisBackend):
    """MMEngine's, with the same files and settings, whole on a full disk, too.

    A picture and the config are complete or absent, a line of ``scalars.json`` is
    added whole or not at all, and errors name the file.
    """

    @force_init_env
    def add_config(self, config: Config) -> None:
        """Write the config."""
        write_atomically(config.pretty_text, self._config_save_file)

    @force_init_env
    def add_image(self, name: str, image: np.ndarray, step: int = 0) -> None:
        """Write a uint8 RGB image [H,W,3] as ``NAME_STEP.png``."""
        write_picture(image, Path(self._img_save_dir) / f"{name}_{step}.png")

    def _dump(self, value_dict: dict, file_path: str, file_format: str) -> None:
        text = mmengine.dump(value_dict, file_format=file_format)
        append_whole(f"{text}\n", file_path)
