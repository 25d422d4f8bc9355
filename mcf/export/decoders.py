"""Decoding of landmark heads to points, in operations that can be exported.

The same arithmetic as the codecs of mmpose, which compute in NumPy, one face at a time.
"""

from collections.abc import Callable
from functools import partial

import cv2
import torch
from mmpretrain.models.heads import ClsHead, MultiLabelClsHead
from torch import Tensor, nn
from torch.nn import functional as F

from mcf.models.heads.age_head import AgeHead
from mcf.models.heatmap import centre_of_mass

Decoded = tuple[Tensor, Tensor]
"""Points [B,K,2] in pixels of the crop and scores [B,K]."""


class CentreOfMass(nn.Module):
    """Reads sigmoid heat maps by their mean position (``mcf.HeatmapCoordHead``).

    Args:
        size: Width and height of the crop.
    """

    raw = ("heatmaps",)

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.register_buffer("size", torch.tensor(size, dtype=torch.float32))

    def forward(self, logits: Tensor) -> Decoded:
        """Decode logits [B,K,h,w]."""
        points = centre_of_mass(logits) * self.size - 0.5
        return points, logits.sigmoid().amax(dim=(-2, -1))


class SimCCMaximum(nn.Module):
    """Takes the strongest bin of each axis (``SimCCLabel``).

    Args:
        split_ratio: Bins a pixel.
    """

    raw = ("simcc_x", "simcc_y")

    def __init__(self, split_ratio: float) -> None:
        super().__init__()
        self.split_ratio = split_ratio

    def forward(self, x: Tensor, y: Tensor) -> Decoded:
        """Decode [B,K,W] and [B,K,H]; bins without a positive value give -1."""
        scores = torch.minimum(x.amax(dim=-1), y.amax(dim=-1))
        bins = torch.stack([x.argmax(dim=-1), y.argmax(dim=-1)], dim=-1).float()
        bins = torch.where(scores.unsqueeze(-1) > 0, bins, -torch.ones_like(bins))
        return bins / self.split_ratio, scores


class Coordinates(nn.Module):
    """Scales fractions to pixels (``RegressionLabel``); scores are 1.

    Args:
        size: Width and height of the crop.
    """

    raw = ("coordinates",)

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.register_buffer("size", torch.tensor(size, dtype=torch.float32))

    def forward(self, coordinates: Tensor) -> Decoded:
        """Decode [B,K,2]."""
        return coordinates * self.size, torch.ones_like(coordinates[..., 0])


class UnbiasedPeak(nn.Module):
    """Peak of each map, refined by a parabola of its logarithm (``UDPHeatmap``).

    Args:
        size: Width and height of the crop.
        kernel_size: Of the Gaussian that smooths the maps first, odd.
    """

    raw = ("heatmaps",)

    def __init__(self, size: tuple[int, int], kernel_size: int) -> None:
        super().__init__()
        self.register_buffer("size", torch.tensor(size, dtype=torch.float32))
        kernel = torch.from_numpy(cv2.getGaussianKernel(kernel_size, 0)[:, 0])
        self.register_buffer("kernel", kernel.float())

    def forward(self, heatmaps: Tensor) -> Decoded:
        """Decode [B,K,h,w]; a map without a positive value gives bin (-1, -1).

        Of such maps mmpose reads the neighbours from the map before (a shift where
        that is not flat) and gives NaN where all is zero; here both give the bin.
        """
        height, width = heatmaps.shape[2:]
        scores, peak = heatmaps.flatten(2).max(dim=-1)
        smooth = self._smoothed(heatmaps, scores)
        padded = F.pad(smooth.clamp(1e-3, 50.0).log(), (1, 1, 1, 1), mode="replicate")
        padded = padded.flatten(2)
        column, row = peak % width, peak // width
        here = column + 1 + (row + 1) * (width + 2)

        def at(dx: int, dy: int) -> Tensor:
            index = here + dx + dy * (width + 2)
            return padded.gather(2, index.unsqueeze(-1)).squeeze(-1).double()

        middle = at(0, 0)
        gradient_x, gradient_y = (at(1, 0) - at(-1, 0)) / 2, (at(0, 1) - at(0, -1)) / 2
        epsilon = torch.finfo(torch.float32).eps
        xx = at(1, 0) - 2 * middle + at(-1, 0) + epsilon
        yy = at(0, 1) - 2 * middle + at(0, -1) + epsilon
        xy = 2 * middle - at(1, 0) - at(0, 1) - at(-1, 0) - at(0, -1)
        xy = (xy + at(1, 1) + at(-1, -1)) / 2
        determinant = xx * yy - xy * xy
        shift_x = (yy * gradient_x - xy * gradient_y) / determinant
        shift_y = (xx * gradient_y - xy * gradient_x) / determinant
        points = torch.stack([column - shift_x, row - shift_y], dim=-1).float()
        points = torch.where(scores.unsqueeze(-1) > 0, points, -torch.ones_like(points))
        last = self.size.new_tensor([width - 1, height - 1])
        return points / last * self.size, scores

    def _smoothed(self, heatmaps: Tensor, peaks: Tensor) -> Tensor:
        """Maps after the Gaussian, their peaks as high as before."""
        maps = heatmaps.flatten(0, 1).unsqueeze(1)
        radius = len(self.kernel) // 2
        maps = F.conv2d(maps, self.kernel[None, None, None], padding=(0, radius))
        maps = F.conv2d(maps, self.kernel[None, None, :, None], padding=(radius, 0))
        maps = maps.squeeze(1).unflatten(0, heatmaps.shape[:2])
        highest = maps.amax(dim=(-2, -1))
        highest = torch.where(highest == 0, torch.ones_like(highest), highest)
        return maps * (peaks / highest)[..., None, None]


def decoder_of(head: nn.Module) -> nn.Module:
    """Decoder whose output equals that of a landmark head's ``predict``.

    Raises:
        ValueError: If the head or its codec is none that can be exported.
    """
    codec = head.decoder
    match type(head).__name__, type(codec).__name__:
        case "HeatmapCoordHead", "NormalisedPoints":
            return CentreOfMass(codec.input_size)
        case "SimCCHead" | "RTMCCHead", "SimCCLabel":
            if not (codec.use_dark or codec.decode_visibility):
                return SimCCMaximum(codec.simcc_split_ratio)
        case "RegressionHead", "RegressionLabel":
            return Coordinates(codec.input_size)
        case "HeatmapHead", "UDPHeatmap":
            if codec.heatmap_type == "gaussian":
                return UnbiasedPeak(codec.input_size, codec.blur_kernel_size)
    raise ValueError(
        f"{type(head).__name__} with {type(codec).__name__} cannot be exported; heads "
        "that can: HeatmapCoordHead, SimCCHead and RTMCCHead (SimCCLabel without DARK "
        "and visibility), RegressionHead, HeatmapHead (UDPHeatmap, gaussian)"
    )


def answer_of(head: nn.Module, name: str) -> tuple[Callable[[Tensor], Tensor], str]:
    """How the logits of a head of mmpretrain's classifier are read, and what they say.

    Args:
        head: Of ages, head poses, attributes or classes.
        name: Of its task, which becomes an output of this name.

    Raises:
        ValueError: If the head is none of these, or the name is that of an output that
            every joint model has.
    """
    if name in ("points", "scores", "logits"):
        raise ValueError(f"task {name}: an exported file has another output {name}")
    if isinstance(head, AgeHead):
        return head.age_of, "float32 [B], years"
    if isinstance(head, MultiLabelClsHead):
        return torch.sigmoid, "float32 [B,A], probabilities"
    if isinstance(head, ClsHead):
        return partial(torch.softmax, dim=1), "float32 [B,C], probabilities"
    raise ValueError(f"task {name}: {type(head).__name__} cannot be exported")
