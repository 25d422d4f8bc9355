"""Logistic regression on frozen features, its penalty chosen by inner validation."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from mcf.utils.finite import finite, same_length

from .ridge import k_folds

Link = Literal["softmax", "sigmoid"]
STRENGTHS = tuple(10.0 ** np.arange(5, -0.5, -0.5))
"""Penalties tried by default, the strongest first: each starts from the one before."""
ENOUGH = 2000
"""Faces from which one fold, instead of all, tells the penalty."""
ITERATIONS = 100


@dataclass(frozen=True)
class Logistic:
    """Fitted linear map from features to logits.

    Attributes:
        weight: [D,K].
        bias: [K].
        strength: Penalty λ on the squared weights of the standardised features.
    """

    weight: np.ndarray
    bias: np.ndarray
    strength: float

    def logits(self, features: np.ndarray) -> np.ndarray:
        """Logits [N,K] of features [N,D]."""
        return features @ self.weight + self.bias


def fit_logistic(
    features: np.ndarray,
    targets: np.ndarray,
    strength: float,
    *,
    classes: int,
    link: Link = "softmax",
) -> Logistic:
    """Minimise the sum of the cross-entropies + λ/2 ‖W‖² over standardised features.

    The intercept is not penalised. Features that do not vary get no weight.

    Args:
        features: [N,D].
        targets: Class ids [N] for ``softmax``; for ``sigmoid`` [N,K] of 1, 0, and -1
            where an attribute is not labelled and so does not count.
        strength: λ > 0.
        classes: K.
        link: One of K, or K answers of yes or no.

    Raises:
        ValueError: If a feature is not finite, or lengths differ.
    """
    problem = _Problem(features, targets, classes, link)
    return problem.folded(problem.solve(strength), strength)


def fit_logistic_cv(
    features: np.ndarray,
    targets: np.ndarray,
    *,
    classes: int,
    link: Link = "softmax",
    strengths: tuple[float, ...] = STRENGTHS,
    folds: int = 5,
    seed: int = 0,
) -> Logistic:
    """Logistic regression whose penalty has the smallest held-out cross-entropy.

    Each fold is held out once; with 2,000 faces and more only the first one.

    Args:
        features: [N,D].
        targets: As for :func:`fit_logistic`.
        classes: K.
        link: As for :func:`fit_logistic`.
        strengths: Penalties to try, the strongest first.
        folds: Number of parts, at most N.
        seed: Seed of the partition.

    Raises:
        ValueError: If a feature is not finite, lengths differ, or there is one face.
    """
    finite("features", features, ndim=2)
    same_length(features=features, targets=targets)
    losses = np.zeros(len(strengths))
    parts = k_folds(len(features), min(folds, len(features)), seed)
    for train, test in parts if len(features) < ENOUGH else parts[:1]:
        problem = _Problem(features[train], targets[train], classes, link)
        unseen, answers = problem.standardised(features[test]), _tensor(targets[test])
        start = None
        for i, strength in enumerate(strengths):
            start = problem.solve(strength, start)
            losses[i] += float(_cross_entropy(unseen, start, answers, link))
    best = strengths[int(losses.argmin())]
    return fit_logistic(features, targets, best, classes=classes, link=link)


class _Problem:
    """One regression, standardised and turned once, solved for many penalties.

    In the basis of the features' own directions, each scaled by about the curvature of
    the loss along it, the minimum is a few steps away whatever the features are.
    """

    def __init__(
        self, features: np.ndarray, targets: np.ndarray, classes: int, link: Link
    ) -> None:
        features = finite("features", features, ndim=2)
        same_length(features=features, targets=targets)
        self.mean, spread = features.mean(axis=0), features.std(axis=0)
        varies = spread > 1e-12 * np.maximum(1, np.abs(self.mean))
        self.scale = np.where(varies, 1 / np.where(varies, spread, 1), 0)
        z = (features - self.mean) * self.scale
        eigenvalues, self.basis = np.linalg.eigh(z.T @ z)
        self.curvature = torch.from_numpy(np.maximum(eigenvalues, 0) / 4)
        self.features = self.standardised(features)
        self.targets = _tensor(targets)
        self.classes, self.link = classes, link

    def standardised(self, features: np.ndarray) -> Tensor:
        """Features [N,D+1] in the basis, with a column of ones for the intercept."""
        z = (features - self.mean) * self.scale @ self.basis
        return torch.from_numpy(np.hstack([z, np.ones((len(z), 1))]))

    def solve(self, strength: float, start: Tensor | None = None) -> Tensor:
        """Weights [D+1,K] in the basis, the last row the intercept."""
        count = len(self.features)
        last = torch.tensor([count / 4], dtype=torch.float64)
        unit = torch.cat([self.curvature + strength, last]).sqrt()[:, None]
        first = unit.new_zeros(len(unit), self.classes) if start is None else start
        scaled = (first * unit).requires_grad_()
        optimiser = torch.optim.LBFGS(
            [scaled],
            max_iter=ITERATIONS,
            tolerance_grad=1e-6 * count**0.5,
            tolerance_change=1e-8,
            line_search_fn="strong_wolfe",
        )

        def closure() -> Tensor:
            optimiser.zero_grad()
            weight = scaled / unit
            loss = _cross_entropy(self.features, weight, self.targets, self.link)
            loss = loss + strength / 2 * weight[:-1].square().sum()
            loss.backward()
            return loss

        optimiser.step(closure)
        return (scaled / unit).detach()

    def folded(self, solution: Tensor, strength: float) -> Logistic:
        """The map for the features as they came."""
        solution = solution.numpy()
        weight = self.scale[:, None] * (self.basis @ solution[:-1])
        return Logistic(weight, solution[-1] - self.mean @ weight, float(strength))


def _cross_entropy(
    features: Tensor, weight: Tensor, targets: Tensor, link: Link
) -> Tensor:
    logits = features @ weight
    if link == "softmax":
        return F.cross_entropy(logits, targets.long(), reduction="sum")
    known = (targets >= 0).to(logits)
    return F.binary_cross_entropy_with_logits(
        logits, targets.clamp(min=0), weight=known, reduction="sum"
    )


def _tensor(targets: np.ndarray) -> Tensor:
    return torch.from_numpy(np.asarray(targets, np.float64))
