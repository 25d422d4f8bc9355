"""The crop rule of a network's test pipeline."""

from collections.abc import Mapping, Sequence

from mcf.crops.rule import CropRule
from mcf.crops.training_box import BoxKind
from mcf.datasets.transforms.face_crop import FaceAlign, FaceCrop, WholeImageCrop
from mcf.registry import TRANSFORMS

CROPS = {f"mcf.{kind.__name__}": kind for kind in (FaceCrop, FaceAlign, WholeImageCrop)}


def crop_rule_of(
    pipeline: Sequence[Mapping], *, box: BoxKind = "landmarks"
) -> CropRule:
    """How a test pipeline cuts faces.

    Args:
        pipeline: Configs of its transforms.
        box: Which boxes its data set has.

    Raises:
        ValueError: If the pipeline does not cut faces by one of our transforms.
    """
    for step in pipeline:
        if f"mcf.{str(step['type']).removeprefix('mcf.')}" in CROPS:
            return TRANSFORMS.build(dict(step)).rule(box)
    raise ValueError(
        f"no {', '.join(CROPS)} in the test pipeline "
        f"{[step['type'] for step in pipeline]}: where the faces of its photos lie is "
        "unknown"
    )
