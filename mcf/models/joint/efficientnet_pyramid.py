"""EfficientNet-Lite0 as a backbone: maps of four strides instead of classes."""

from mmengine.model import BaseModule
from torch import Tensor, nn

from mcf.checkpoint.reading import read_state
from mcf.models.teachers.efficientnet_lite import EfficientNetLite0
from mcf.registry import MODELS

LEVELS = {2: 24, 4: 40, 10: 112, 14: 192}
"""Channels of the blocks whose outputs are used, of strides 4, 8, 16 and 32."""


@MODELS.register_module()
class EfficientNetPyramid(BaseModule):
    """The first 15 of 16 blocks of :class:`EfficientNetLite0`, 2.3 M weights.

    Batch normalisation keeps the statistics it starts with: those of photographs, where
    the training images may be of another kind.

    Args:
        checkpoint: Weights of the classifier to start from, a path or
            ``package://name/file``; None for random ones.
        frozen_blocks: Blocks, after the stem, that do not learn; -1 lets the stem learn
            too.

    Attributes:
        out_channels: Of the four maps.
    """

    out_channels = tuple(LEVELS.values())

    def __init__(
        self, *, checkpoint: str | None = None, frozen_blocks: int = -1
    ) -> None:
        super().__init__()
        network = EfficientNetLite0()
        if checkpoint is not None:
            network.load_state_dict(read_state(checkpoint))
        self.stem = nn.Sequential(network._conv_stem, network._bn0, nn.ReLU6())
        self.blocks = network._blocks[: max(LEVELS) + 1]
        if frozen_blocks >= 0:
            self.stem.requires_grad_(False)
            self.blocks[:frozen_blocks].requires_grad_(False)

    def train(self, mode: bool = True) -> "EfficientNetPyramid":
        """Switch the mode of all but batch normalisation."""
        super().train(mode)
        for part in self.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.eval()
        return self

    def forward(self, images: Tensor) -> list[Tensor]:
        """Maps of strides 4 to 32 of images [B,3,H,W], (x - 127) / 128, RGB."""
        x, maps = self.stem(images), []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in LEVELS:
                maps.append(x)
        return maps
