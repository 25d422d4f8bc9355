"""Mean Euclidean distance of landmarks."""

from torch import Tensor


def coordinate_distance(
    predicted: Tensor, target: Tensor, weight: Tensor | None = None
) -> Tensor:
    """Distance of the points of each face, averaged over the points.

    The released "coord_l1_loss" (protocol §2.3).

    Args:
        predicted: [B,K,2].
        target: [B,K,2].
        weight: Of each point [B,K]; None counts all of them.

    Returns:
        [B], in the unit of the points. Weights multiply: they are not normalised, so a
        face with few counted points weighs little.
    """
    distance = (predicted - target).norm(dim=-1)
    if weight is not None:
        distance = distance * weight
    return distance.mean(dim=-1)
