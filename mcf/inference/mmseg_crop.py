"""How mmsegmentation's own configs see images, and what their outputs are."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from mcf.crops.rule import CropRule
from mcf.datasets.transforms.crop_rule import CROPS

RESIZES = ("Resize", "ResizeShortestEdge")
MULTIPLE = "ResizeToMultiple"
PASSED = ("LoadImageFromFile", "LoadAnnotations", "PackSegInputs")
"""Steps of a test pipeline that do not change the pixels of a photo."""
SETTINGS = dict(
    Resize={"scale", "keep_ratio"}, ResizeShortestEdge={"scale", "max_size"}
)


def whole_image_rule(pipeline: Sequence[Mapping], config: str) -> CropRule | None:
    """Rule of a test pipeline that takes whole images; None if it cuts faces as ours.

    The crop is the square that the pipeline would make of a square image. A whole photo
    or a given box fills it; of a detected face it is a loose square.

    Args:
        pipeline: Configs of its transforms.
        config: What the config is called, for the messages.

    Raises:
        ValueError: If the pipeline does what no crop shows, or has no fixed size.
    """
    names = [_name(step) for step in pipeline]
    if any(f"mcf.{name.removeprefix('mcf.')}" in CROPS for name in names):
        return None
    size = None
    for name, step in zip(names, pipeline):
        if name in RESIZES:
            size = _size(name, step, config)
        elif name == MULTIPLE and size is not None:
            divisor = step.get("size_divisor", 32)
            size = tuple(-(-side // divisor) * divisor for side in size)
        elif name not in PASSED:
            raise ValueError(
                f"{config}: its test pipeline has {name}, which is not done to crops "
                f"of faces; "
                f"handled are {', '.join((*PASSED, *RESIZES, MULTIPLE))}"
            )
        elif name == PASSED[0] and step.get("color_type", "color") != "color":
            raise ValueError(
                f"{config}: it reads images as {step['color_type']!r}; crops are "
                "colour images"
            )
    if size is None:
        raise ValueError(
            f"{config}: nothing in its test pipeline says in which size it sees a "
            f"face; add one of {', '.join(RESIZES)} with a scale"
        )
    return CropRule("image", size)


def _name(step: Mapping) -> str:
    kind = step["type"]
    return (kind if isinstance(kind, str) else kind.__name__).removeprefix("mmseg.")


def _size(name: str, step: Mapping, config: str) -> tuple[int, int]:
    """Width and height that a step makes of a square image."""
    scale = step.get("scale")
    sides = (scale,) if isinstance(scale, int) else tuple(scale or ())
    other = step.keys() - SETTINGS[name] - {"type"}
    if not 1 <= len(sides) <= 2 or other:
        raise ValueError(
            f"{config}: {name} has {dict(step)}; its crops need a scale of fixed size "
            f"and no other settings than {', '.join(sorted(SETTINGS[name]))}"
        )
    if name == "Resize" and not step.get("keep_ratio", False):
        return (sides[0], sides[-1])
    return (min(sides),) * 2


def class_logits(model: nn.Module, logits: Tensor) -> Tensor:
    """Logits [B,C,h,w] of which the highest is the class, also of binary networks.

    A network of one channel [B,1,h,w] says 1 where its sigmoid is above the threshold
    of its head; the other class gets that threshold.
    """
    if logits.shape[1] > 1:
        return logits
    threshold = torch.full_like(logits, float(last_head(model).threshold))
    return torch.cat([threshold.logit(), logits], dim=1)


def last_head(model: nn.Module) -> nn.Module:
    """The head that answers; of a cascade the last one."""
    head = model.decode_head
    return head[-1] if isinstance(head, nn.ModuleList) else head
