"""Vision models of transformers out of a local folder."""

from pathlib import Path

import torch
from torch import Tensor, nn

from mcf.models.frozen_backbone import FrozenBackbone
from mcf.utils.declared import MEAN, SIZE, STD, said_by


def transformers_backbone(folder: str | Path) -> FrozenBackbone:
    """Backbone of a folder with ``config.json`` and ``model.safetensors``.

    Nothing is downloaded, and code in the folder is never run.

    Raises:
        FileNotFoundError: If it is no such folder.
        ImportError: If transformers is missing.
        ValueError: If it does not say its statistics, or holds no vision model.
    """
    folder = Path(folder).expanduser()
    for name in ("config.json", "model.safetensors", "preprocessor_config.json"):
        if not (folder / name).is_file():
            raise FileNotFoundError(
                f"no {folder / name}: name a folder that `save_pretrained` wrote, or a "
                "download of the model's files"
            )
    try:
        import transformers
    except ImportError as error:
        raise ImportError(f"{folder} needs transformers: pip install it") from error
    alone = dict(local_files_only=True, trust_remote_code=False)
    processor = transformers.AutoImageProcessor.from_pretrained(folder, **alone)
    facts = processor.to_dict()
    model = transformers.AutoModel.from_pretrained(
        folder, use_safetensors=True, **alone
    )
    model = getattr(model, "vision_model", model)
    model.eval()
    with said_by(folder / "config.json"):
        size = SIZE(getattr(model.config, "image_size", 224), "image_size")
    with said_by(folder / "preprocessor_config.json"):
        mean, std = (
            tuple(check([255 * v for v in facts.get(key) or ()], key))
            for key, check in (("image_mean", MEAN), ("image_std", STD))
        )
    wrapped = TransformersTokens(model, size)
    return FrozenBackbone(wrapped, dict(type="transformers"), size, mean, std)


class TransformersTokens(nn.Module):
    """Tokens of a vision model of transformers, or the map of one of convolutions.

    Args:
        model: The network.
        img_size: Side of its images.

    Attributes:
        num_extra_tokens: Class and register tokens, which come first.
    """

    def __init__(self, model: nn.Module, img_size: int) -> None:
        super().__init__()
        self.model = model
        found = self(torch.zeros(1, 3, img_size, img_size))
        patch = getattr(model.config, "patch_size", None)
        grid = (img_size // patch) ** 2 if isinstance(patch, int) else found.shape[1]
        self.num_extra_tokens = found.shape[1] - grid if found.ndim == 3 else 0

    @torch.no_grad()
    def forward(self, images: Tensor) -> Tensor:
        """Tokens [B, E+L, C] or map [B, C, h, w] of normalised images [B, 3, H, W]."""
        return self.model(pixel_values=images).last_hidden_state
