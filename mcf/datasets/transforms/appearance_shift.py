"""Strong random changes of a crop's look, for networks trained on drawings.

A network that only sees drawings leans on what all of them share: clean edges, smooth
skin, few colours. Each change here takes one of these away and leaves the shape of the
face. All draw from NumPy's global state, as the other transforms do.
"""

from collections.abc import Callable

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from mcf.registry import TRANSFORMS

Change = Callable[[np.ndarray], np.ndarray]
"""float32 [H,W,3], about 0 to 1, to the same."""


@TRANSFORMS.register_module()
class RandomCover(BaseTransform):
    """Textured blobs over a crop; what they hide becomes background.

    Required and changed keys: ``img`` uint8 [H,W,3] and ``gt_seg_map`` [H,W].

    Args:
        prob: Share of crops with blobs, one to three each.
        behind: Share of crops whose background is replaced by a texture.
    """

    def __init__(self, prob: float = 0.35, *, behind: float = 0.15) -> None:
        self.prob = prob
        self.behind = behind

    def transform(self, results: dict) -> dict:
        """Cover parts of the crop."""
        image, labels = results["img"], results["gt_seg_map"]
        if np.random.rand() < self.behind:
            hidden = (labels == 0).astype(np.float32)
            hidden = cv2.GaussianBlur(hidden, (0, 0), 1.0)[..., None]
            image = _mixed(image, texture(image.shape[:2]) * 255, hidden)
        if np.random.rand() < self.prob:
            for _ in range(np.random.randint(1, 4)):
                blob = _blob(labels.shape)
                soft = cv2.GaussianBlur(blob, (0, 0), 0.7)[..., None]
                image = _mixed(image, texture(image.shape[:2]) * 255, soft)
                labels = np.where(blob > 0, 0, labels).astype(labels.dtype)
        results["img"], results["gt_seg_map"] = image, labels
        return results


@TRANSFORMS.register_module()
class AppearanceShift(BaseTransform):
    """Colour, light, texture, focus and compression of a crop, each by chance.

    Required and changed key: ``img`` uint8 [H,W,3].

    Args:
        strength: Scales every probability; 0 changes nothing, 1 is for training.
    """

    def __init__(self, strength: float = 1.0) -> None:
        self.strength = strength

    def transform(self, results: dict) -> dict:
        """Change the look of ``img``."""
        image = results["img"].astype(np.float32) / 255
        for change, prob in CHANGES.items():
            if np.random.rand() < prob * self.strength:
                image = np.clip(change(image), 0, 1)
        results["img"] = np.rint(image * 255).astype(np.uint8)
        return results


def texture(size: tuple[int, int]) -> np.ndarray:
    """Random coloured texture [H,W,3], 0 to 1: noise of one to four octaves."""
    total = np.zeros((*size, 3), np.float32)
    side = max(size)
    for _ in range(np.random.randint(1, 5)):
        cells = int(np.exp(np.random.uniform(np.log(2), np.log(side))))
        aspect = np.exp(np.random.uniform(-1, 1))
        grid = (max(2, int(cells * aspect)), max(2, int(cells / aspect)))
        noise = np.random.rand(*grid, 3).astype(np.float32)
        mode = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC)
        noise = cv2.resize(noise, size[::-1], interpolation=mode[np.random.randint(3)])
        total += np.float32(np.random.rand()) * (noise - 0.5)
    colour = np.random.rand(3).astype(np.float32)
    return np.clip(colour + np.float32(np.random.uniform(0.2, 1.5)) * total, 0, 1)


def _mixed(image: np.ndarray, other: np.ndarray, share: np.ndarray) -> np.ndarray:
    mixed = image + share * (other - image)
    return np.rint(np.clip(mixed, 0, 255)).astype(np.uint8)


def _blob(size: tuple[int, int]) -> np.ndarray:
    """Mask [H,W] float32 of a random polygon, ellipse or bar."""
    mask = np.zeros(size, np.float32)
    height, width = size
    centre = np.random.rand(2) * (width, height)
    radius = np.random.uniform(0.05, 0.25) * width
    kind = np.random.randint(3)
    if kind == 0:
        angle = np.sort(np.random.uniform(0, 2 * np.pi, np.random.randint(3, 9)))
        reach = radius * np.random.uniform(0.5, 1.3, angle.shape)
        points = centre + np.stack([np.cos(angle), np.sin(angle)], 1) * reach[:, None]
        cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], 1.0)
    elif kind == 1:
        axes = (int(radius) + 1, int(radius * np.random.uniform(0.3, 1.0)) + 1)
        middle = tuple(np.rint(centre).astype(int).tolist())
        cv2.ellipse(mask, middle, axes, np.random.uniform(0, 180), 0, 360, 1.0, -1)
    else:
        angle = np.random.uniform(0, np.pi)
        along = 2 * width * np.array([np.cos(angle), np.sin(angle)])
        ends = (np.rint(centre + sign * along).astype(int) for sign in (-1, 1))
        thick = int(np.random.uniform(0.01, 0.1) * width) + 1
        cv2.line(mask, *(tuple(end.tolist()) for end in ends), 1.0, thick)
    return mask


def _field(size: tuple[int, int], cells: int) -> np.ndarray:
    """Smooth random field [H,W,1], standard normal in its knots."""
    knots = np.random.randn(cells, cells).astype(np.float32)
    return cv2.resize(knots, size[::-1], interpolation=cv2.INTER_CUBIC)[..., None]


def _light(image: np.ndarray) -> np.ndarray:
    """Uneven light: a smooth field multiplies."""
    cells = np.random.randint(2, 5)
    strength = np.float32(np.random.uniform(0.1, 0.6))
    return image * np.exp(strength * _field(image.shape[:2], cells))


def _shadow(image: np.ndarray) -> np.ndarray:
    """A straight edge between light and shade, sharp or soft."""
    height, width = image.shape[:2]
    angle, offset = np.random.uniform(0, 2 * np.pi), np.random.uniform(-0.3, 0.3)
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32)
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
    side = np.cos(angle) * x + np.sin(angle) * y - offset
    softness = np.exp(np.random.uniform(np.log(0.01), np.log(0.2)))
    share = 1 / (1 + np.exp(np.clip(-side / softness, -30, 30)))
    return image * (1 - np.random.uniform(0.2, 0.7) * share)[..., None].astype("f4")


def _tone(image: np.ndarray) -> np.ndarray:
    """Gamma, contrast and brightness."""
    gamma = np.float32(np.exp(np.random.uniform(-0.7, 0.7)))
    contrast, shift = np.random.uniform(0.5, 1.5), np.random.uniform(-0.2, 0.2)
    return (image**gamma - 0.5) * np.float32(contrast) + np.float32(0.5 + shift)


def _balance(image: np.ndarray) -> np.ndarray:
    """White balance."""
    return image * np.random.uniform(0.6, 1.4, 3).astype(np.float32)


def _saturation(image: np.ndarray) -> np.ndarray:
    """From grey to vivid."""
    grey = image @ np.array([0.114, 0.587, 0.299], np.float32)
    share = np.float32(np.random.choice([0.0, np.random.uniform(0.1, 1.8)]))
    return grey[..., None] + share * (image - grey[..., None])


def _hue(image: np.ndarray) -> np.ndarray:
    """Any mixture of the channels that keeps grey grey."""
    mix = np.eye(3) + np.random.normal(0, 0.35, (3, 3))
    mix += (1 - mix.sum(axis=1, keepdims=True)) / 3
    return image @ mix.T.astype(np.float32)


def _filter(image: np.ndarray) -> np.ndarray:
    """A random convolution, mixed with the image."""
    side = int(np.random.choice([3, 5]))
    kernel = np.random.normal(0, 1, (side, side)).astype(np.float32)
    kernel -= kernel.mean() - np.float32(1 / side**2)
    out = cv2.filter2D(image, -1, kernel / np.abs(kernel).sum() * 2)
    out += image.mean() - out.mean()
    return image + np.float32(np.random.uniform(0.1, 0.7)) * (out - image)


def _grain(image: np.ndarray) -> np.ndarray:
    """Skin-like and cloth-like texture over everything."""
    grain = texture(image.shape[:2])
    grain -= grain.mean(axis=(0, 1))
    return image + np.float32(np.random.uniform(0.1, 0.5)) * grain


def _noise(image: np.ndarray) -> np.ndarray:
    """Noise of the sensor, grey or coloured."""
    channels = int(np.random.choice([1, 3]))
    noise = np.random.standard_normal((*image.shape[:2], channels)).astype(np.float32)
    return image + np.float32(np.random.uniform(0.005, 0.07)) * noise


def _shrink(image: np.ndarray) -> np.ndarray:
    """Fewer pixels, enlarged again."""
    height, width = image.shape[:2]
    share = np.random.uniform(0.2, 0.9)
    small = max(8, int(width * share)), max(8, int(height * share))
    down, up = np.random.choice([cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC], 2)
    image = cv2.resize(image, small, interpolation=int(down))
    return cv2.resize(image, (width, height), interpolation=int(up))


def _blur(image: np.ndarray) -> np.ndarray:
    """Out of focus, or moved."""
    if np.random.rand() < 0.5:
        return cv2.GaussianBlur(image, (0, 0), np.random.uniform(0.4, 2.0))
    side = int(np.random.choice([3, 5, 7]))
    kernel = np.zeros((side, side), np.float32)
    angle, middle = np.random.uniform(0, np.pi), side // 2
    reach = np.rint(middle * np.array([np.cos(angle), np.sin(angle)])).astype(int)
    ends = (tuple((middle + sign * reach).tolist()) for sign in (-1, 1))
    cv2.line(kernel, *ends, 1.0)
    return cv2.filter2D(image, -1, kernel / kernel.sum())


def _sharpen(image: np.ndarray) -> np.ndarray:
    """As cameras do."""
    soft = cv2.GaussianBlur(image, (0, 0), np.random.uniform(0.6, 2.0))
    return image + np.float32(np.random.uniform(0.3, 2.5)) * (image - soft)


def _jpeg(image: np.ndarray) -> np.ndarray:
    """Compression."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(np.random.uniform(15, 90))]
    data = cv2.imencode(".jpg", np.rint(image * 255).astype(np.uint8), quality)[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR).astype(np.float32) / 255


CHANGES: dict[Change, float] = {
    _filter: 0.25,
    _grain: 0.35,
    _light: 0.5,
    _shadow: 0.25,
    _hue: 0.3,
    _balance: 0.4,
    _saturation: 0.4,
    _tone: 0.6,
    _sharpen: 0.25,
    _shrink: 0.35,
    _blur: 0.2,
    _noise: 0.4,
    _jpeg: 0.3,
}
"""In the order from scene to file, with the probability of each."""
