"""MobileFaceNet, a small face recognition network."""

from collections import OrderedDict

from torch import Tensor, nn

from mcf.registry import MODELS

BOTTLENECKS = (  # expansion, channels, repeats, stride of the first
    (2, 64, 5, 2),
    (4, 128, 1, 2),
    (2, 128, 6, 1),
    (4, 128, 1, 2),
    (2, 128, 2, 1),
)


class _InvertedResidual(nn.Module):
    """Expand, filter depthwise, project; with a shortcut where shapes allow."""

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        self.shortcut = stride == 1 and inputs == outputs
        self.conv = nn.Sequential(
            _conv_bn_relu6(inputs, hidden, kernel=1),
            _conv_bn_relu6(hidden, hidden, stride=stride, groups=hidden),
            nn.Conv2d(hidden, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x) if self.shortcut else self.conv(x)


def _conv_bn_relu6(
    inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(
            inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False
        ),
        nn.BatchNorm2d(outputs),
        nn.ReLU6(),
    )


def _depthwise_conv(channels: int) -> nn.Sequential:
    parts = dict(
        depthwise=nn.Conv2d(
            channels, channels, 3, padding=1, groups=channels, bias=False
        ),
        bn1=nn.BatchNorm2d(channels),
        relu1=nn.ReLU(),
        pointwise=nn.Conv2d(channels, channels, 1, bias=False),
        bn2=nn.BatchNorm2d(channels),
        relu2=nn.ReLU(),
    )
    return nn.Sequential(OrderedDict(parts))


def _global_depthwise_conv(channels: int) -> nn.Sequential:
    """One learned weight for each place and channel, then BatchNorm."""
    parts = dict(
        depthwise=nn.Conv2d(channels, channels, 7, groups=channels, bias=False),
        bn=nn.BatchNorm2d(channels),
    )
    return nn.Sequential(OrderedDict(parts))


@MODELS.register_module()
class MobileFaceNet(nn.Module):
    """MobileFaceNet for 112-pixel aligned faces, arXiv 1804.07573.

    State-dict names and layer order are those of the public MS1M weights of
    foamliu/MobileFaceNet. As a teacher, useful taps are ``features.4`` (64 channels,
    stride 4), ``features.11`` (128, stride 8) and ``features.14`` (128, stride 16);
    these work at any input size. The final embedding needs 112 pixels.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = _conv_bn_relu6(3, 64, stride=2)
        self.dw_conv = _depthwise_conv(64)
        blocks, channels = [], 64
        for expansion, outputs, repeats, stride in BOTTLENECKS:
            for i in range(repeats):
                blocks.append(
                    _InvertedResidual(
                        channels, outputs, stride if i == 0 else 1, expansion
                    )
                )
                channels = outputs
        self.features = nn.Sequential(*blocks)
        self.conv2 = _conv_bn_relu6(channels, 512, kernel=1)
        self.gdconv = _global_depthwise_conv(512)
        self.conv3 = nn.Conv2d(512, 128, 1)
        self.bn = nn.BatchNorm2d(128)

    def forward(self, images: Tensor) -> Tensor:
        """Embed faces.

        Args:
            images: RGB faces normalised with ImageNet statistics [B, 3, 112, 112].

        Returns:
            Embeddings [B, 128].
        """
        x = self.features(self.dw_conv(self.conv1(images)))
        return self.bn(self.conv3(self.gdconv(self.conv2(x)))).flatten(1)
