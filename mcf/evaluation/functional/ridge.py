"""Ridge regression in closed form, for probes of frozen features."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

STRENGTHS = tuple(10.0 ** np.arange(-1, 7.5, 0.5))
"""Penalties tried by default; features are standardised, so one grid fits all."""


@dataclass(frozen=True)
class Ridge:
    """Fitted linear map from features to targets.

    Attributes:
        weight: [D,T].
        bias: [T].
        strength: Penalty λ on the squared weights of the standardised features.
    """

    weight: np.ndarray
    bias: np.ndarray
    strength: float

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Targets [N,T] of features [N,D]."""
        return features @ self.weight + self.bias


def fit_ridge(features: np.ndarray, targets: np.ndarray, strength: float) -> Ridge:
    """Minimise ‖Z W + b − Y‖² + λ ‖W‖² with Z the standardised features.

    The intercept b is not penalised. Features that do not vary get no weight.

    Args:
        features: [N,D].
        targets: [N,T].
        strength: λ > 0.

    Returns:
        The map, folded back to the features as they came.
    """
    return _Problem(features, targets).solve(strength)


def fit_ridge_cv(
    features: np.ndarray,
    targets: np.ndarray,
    *,
    strengths: tuple[float, ...] = STRENGTHS,
    folds: int = 5,
    seed: int = 0,
) -> Ridge:
    """Ridge whose penalty has the smallest squared error in k-fold cross-validation.

    Args:
        features: [N,D].
        targets: [N,T].
        strengths: Penalties to try.
        folds: Number of parts.
        seed: Seed of the partition.

    Raises:
        ValueError: If the faces do not fill the folds.
    """
    errors = np.zeros(len(strengths))
    for train, test in k_folds(len(features), folds, seed):
        problem = _Problem(features[train], targets[train])
        projected = problem.project(features[test])
        for i, strength in enumerate(strengths):
            predicted = projected @ problem.shrunk(strength) + problem.offset
            errors[i] += np.square(predicted - targets[test]).sum()
    return fit_ridge(features, targets, strengths[int(errors.argmin())])


def k_folds(
    count: int, folds: int, seed: int, *, groups: Sequence[str] | None = None
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Random partition of ``count`` samples as (train, test) indices, test once each.

    Args:
        count: Number of samples.
        folds: Number of parts.
        seed: Seed of the partition.
        groups: Of each sample, the group that must stay in one part; each sample by
            itself if None.

    Raises:
        ValueError: If ``folds`` is not in 2 to the number of groups.
    """
    names, group = np.unique(
        np.arange(count) if groups is None else groups, return_inverse=True
    )
    if not 2 <= folds <= len(names):
        raise ValueError(
            f"cannot split {len(names)} samples into {folds} folds; choose 2 to "
            f"{len(names)}"
        )
    order = np.random.default_rng(seed).permutation(len(names))
    parts = [
        np.flatnonzero(np.isin(group, part)) for part in np.array_split(order, folds)
    ]
    return [
        (np.sort(np.concatenate(parts[:i] + parts[i + 1 :])), np.sort(parts[i]))
        for i in range(folds)
    ]


class _Problem:
    """One regression, decomposed once and solved for many penalties.

    The smaller of the two Gram matrices is decomposed: with more features than
    samples the solution is Z' (Z Z' + λ)⁻¹ Y, otherwise (Z' Z + λ)⁻¹ Z' Y.
    """

    def __init__(self, features: np.ndarray, targets: np.ndarray) -> None:
        features = features.astype(np.float64)
        targets = targets.astype(np.float64)
        self.mean, self.offset = features.mean(axis=0), targets.mean(axis=0)
        spread = features.std(axis=0)
        varies = spread > 1e-12 * np.maximum(1, np.abs(self.mean))
        self.scale = np.where(varies, 1 / np.where(varies, spread, 1), 0)
        z, y = (features - self.mean) * self.scale, targets - self.offset
        dual = z.shape[1] > z.shape[0]
        self.eigenvalues, vectors = np.linalg.eigh(z @ z.T if dual else z.T @ z)
        self.rotated = vectors.T @ (y if dual else z.T @ y)
        self.basis = z.T @ vectors if dual else vectors

    def project(self, features: np.ndarray) -> np.ndarray:
        """Standardised features in the basis of the decomposition."""
        return (features - self.mean) * self.scale @ self.basis

    def shrunk(self, strength: float) -> np.ndarray:
        """Weights in the basis of the decomposition."""
        return self.rotated / (self.eigenvalues[:, None] + strength)

    def solve(self, strength: float) -> Ridge:
        """Weights for the features as they came."""
        weight = self.scale[:, None] * (self.basis @ self.shrunk(strength))
        return Ridge(weight, self.offset - self.mean @ weight, float(strength))
