"""Masked pre-training for networks that cannot drop tokens."""

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from mcf.models.weightless import weightless_copy
from mcf.registry import MODELS


def hide_cells(
    images: Tensor, keep: Tensor, filling: Tensor, grid: tuple[int, int]
) -> Tensor:
    """Replace the cells of a grid that are not kept.

    Args:
        images: Images [B, 3, H, W].
        keep: Indices of the visible cells [B, K].
        filling: What a hidden cell shows [3, H / h, W / w].
        grid: Rows h and columns w.

    Returns:
        Images of the same shape.
    """
    visible = images.new_zeros(len(images), grid[0] * grid[1])
    visible = visible.scatter(1, keep, 1).bool().view(-1, 1, *grid)
    rows, columns = filling.shape[-2:]
    visible = visible.repeat_interleave(rows, 2).repeat_interleave(columns, 3)
    return torch.where(visible, images, filling.to(images).repeat(1, *grid))


@MODELS.register_module()
class MaskedBackbone(BaseModule):
    """Any network that outputs feature maps, as an encoder of visible patches.

    The cells of the grid are those of the network's last map: stride 32 means cells of
    32 pixels. Hidden cells are painted over before the network sees the image, and of
    the map only the visible cells are returned, so nothing of the hidden pixels passes
    (as in SimMIM, arXiv 2111.09886). The first token is the mean of the visible ones.

    The names of the network's weights come after ``network.``. To fine-tune it, name
    the plain network in the host library's config, with ``init_cfg=dict(
    type='Pretrained', checkpoint=..., prefix='backbone.network.')`` or with
    ``--init-from`` of ``tools/train.py``.

    Args:
        network: Config of a network from images to maps [B, C, h, w] (the last of a
            tuple counts), for example a backbone of mmpretrain or ``mcf.TimmBackbone``.
        img_size: Side or (height, width) of the images in pixels.
        filling: What hidden cells show: ``learned``, one cell of trained pixels, or
            ``mean``, the mean colour (zero in normalised images).
        with_cp: Whether training recomputes the whole network in the backward pass to
            save memory; BatchNorm then counts a batch twice in its running statistics.
            Many networks have a finer setting of their own.
        init_cfg: Weight initialisation; the network has its own.

    Raises:
        ValueError: If the network gives no map, the map does not divide the image into
            equal cells, or the filling is unknown.
    """

    def __init__(
        self,
        network: dict,
        *,
        img_size: int | tuple[int, int] = 224,
        filling: str = "learned",
        with_cp: bool = False,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if filling not in ("learned", "mean"):
            raise ValueError(f"filling={filling!r} is neither 'learned' nor 'mean'")
        self.network = MODELS.build(network)
        self.with_cp = with_cp
        size = (img_size, img_size) if isinstance(img_size, int) else tuple(img_size)
        self.img_size = size
        self.embed_dims, *grid = _map_size(self.network, size)
        self.patch_resolution = tuple(grid)
        if size[0] % grid[0] or size[1] % grid[1]:
            raise ValueError(
                f"{type(self.network).__name__} turns {size[0]} x {size[1]} pixels to "
                f"{grid[0]} x {grid[1]} cells, no whole number of pixels each; choose "
                "another img_size or an earlier stage (out_indices)"
            )
        cell = torch.zeros(3, size[0] // grid[0], size[1] // grid[1])
        if filling == "learned":
            self.filling = nn.Parameter(cell)
        else:
            self.register_buffer("filling", cell, persistent=False)

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Maps of the network, as for any dense task."""
        return self.network(images)

    def encode_all(self, images: Tensor) -> Tensor:
        """Encode every cell.

        Args:
            images: Normalised images [B, 3, H, W].

        Returns:
            Mean token, then the cells row by row [B, 1 + L, C].
        """
        cells = self._cells(images)
        return torch.cat([cells.mean(dim=1, keepdim=True), cells], dim=1)

    def encode_kept(self, images: Tensor, keep: Tensor) -> Tensor:
        """Encode only the visible cells.

        Args:
            images: Normalised images [B, 3, H, W].
            keep: Indices of the visible cells [B, K].

        Returns:
            Mean of the visible tokens, then those in the order of ``keep``
            [B, 1 + K, C].
        """
        hidden = hide_cells(images, keep, self.filling, self.patch_resolution)
        index = keep.unsqueeze(-1).expand(-1, -1, self.embed_dims)
        visible = self._cells(hidden).gather(dim=1, index=index)
        return torch.cat([visible.mean(dim=1, keepdim=True), visible], dim=1)

    def _cells(self, images: Tensor) -> Tensor:
        if tuple(images.shape[-2:]) != self.img_size:
            raise ValueError(
                f"images of {tuple(images.shape[-2:])} pixels for a masked backbone of "
                f"img_size={self.img_size}; give both the same size"
            )
        if self.with_cp and self.training:
            output = checkpoint(self.network, images, use_reentrant=False)
        else:
            output = self.network(images)
        return _last_map(output).flatten(2).transpose(1, 2)


def _last_map(output: Tensor | tuple[Tensor, ...] | list[Tensor]) -> Tensor:
    last = output[-1] if isinstance(output, (tuple, list)) else output
    if not isinstance(last, Tensor) or last.ndim != 4:
        found = tuple(last.shape) if isinstance(last, Tensor) else type(last).__name__
        raise ValueError(
            f"a masked backbone needs a map [B, C, h, w] and got {found}; set "
            "out_type='featmap' or the like in the network's config"
        )
    return last


@torch.no_grad()
def _map_size(network: nn.Module, size: tuple[int, int]) -> torch.Size:
    """Channels, rows and columns of the last map, by a copy that computes nothing."""
    images = torch.zeros(1, 3, *size, device="meta")
    return _last_map(weightless_copy(network)(images)).shape[1:]
