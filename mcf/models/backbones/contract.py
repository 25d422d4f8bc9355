"""What MCF asks of an encoder."""

from typing import Protocol, runtime_checkable

from torch import Tensor


@runtime_checkable
class MaskedEncoder(Protocol):
    """Encoder whose view of an image can be limited to some cells of a grid.

    Promises, which one test class checks for every backbone of the support table:

    - pixels of hidden cells have no influence on ``encode_kept``;
    - keeping all cells in order equals ``encode_all``;
    - the first token stands for the whole visible image: the class token, or the mean
      of the visible ones where a network has none;
    - everything that requires a gradient gets one.

    The decoder takes its sizes from here: ``img_size`` and the side of a cell in
    pixels, ``img_size / patch_resolution``, and ``embed_dims`` as its encoder's width.

    Attributes:
        img_size: Height and width of the images in pixels.
        patch_resolution: Rows h and columns w of the grid, L = h * w.
        embed_dims: Channels C of a token.
    """

    img_size: tuple[int, int]
    patch_resolution: tuple[int, int]
    embed_dims: int

    def encode_all(self, images: Tensor) -> Tensor:
        """Tokens [B, 1 + L, C] of images [B, 3, H, W], rows of cells one by one."""
        ...

    def encode_kept(self, images: Tensor, keep: Tensor) -> Tensor:
        """Tokens [B, 1 + K, C] of the cells ``keep`` [B, K], in their order."""
        ...
