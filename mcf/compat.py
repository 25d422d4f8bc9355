"""Stand-ins for host packages (temporary bootstrap, replaced by the install work)."""

import torch


def activate() -> None:
    """Define the schemas that let torchvision import with a CPU-only torch."""
    library = torch.library.Library("torchvision", "FRAGMENT")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    activate.library = library
