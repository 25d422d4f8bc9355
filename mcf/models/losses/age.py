"""Losses of ages: an ordinal one and one of distributions."""

import torch
from torch import Tensor
from torch.nn import functional as F


def age_distribution(ages: Tensor, bins: Tensor, deviation: float) -> Tensor:
    """Normal distribution about each age, over bins.

    Args:
        ages: [B], in years.
        bins: Ages of the bins [K], in years.
        deviation: Of the normal distribution, in years.

    Returns:
        [B,K]; each row sums to 1.
    """
    distance = (bins - ages[:, None]) / deviation
    return (-distance.square() / 2).softmax(dim=1)


def distribution_loss(
    logits: Tensor, ages: Tensor, bins: Tensor, deviation: float
) -> tuple[Tensor, Tensor]:
    """Losses of DLDL-v2: of the distribution and of its mean.

    Args:
        logits: [B,K].
        ages: [B], in years.
        bins: Ages of the bins [K].
        deviation: Of the distribution that is aimed at, in years.

    Returns:
        Kullback–Leibler divergence of the prediction from the aim, and absolute error
        of the expected age, in years; both are means over the faces.
    """
    aim = age_distribution(ages, bins, deviation)
    divergence = F.kl_div(logits.log_softmax(dim=1), aim, reduction="batchmean")
    return divergence, (expected_age(logits, bins) - ages).abs().mean()


def expected_age(logits: Tensor, bins: Tensor) -> Tensor:
    """Mean age [B] of the distributions with logits [B,K] over bins [K]."""
    return logits.softmax(dim=1) @ bins


def coral_loss(logits: Tensor, levels: Tensor) -> Tensor:
    """Loss of CORAL (arXiv 1901.07884): is the rank beyond k, for all k.

    Args:
        logits: [B,R-1] of R ranks.
        levels: Rank of each face [B], 0 to R-1.

    Returns:
        Scalar: sum of the binary cross-entropies of a face, mean over the faces.
    """
    beyond = torch.arange(logits.shape[1], device=logits.device) < levels[:, None]
    loss = F.binary_cross_entropy_with_logits(
        logits, beyond.to(logits), reduction="sum"
    )
    return loss / len(logits)


def coral_rank(logits: Tensor) -> Tensor:
    """Rank [B]: how many of the R-1 questions [B,R-1] are answered yes."""
    return (logits > 0).sum(dim=1)
