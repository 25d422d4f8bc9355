import numpy as np
import pytest

from mcf.evaluation.functional import fit_logistic, fit_logistic_cv


def clouds(count: int, classes: int = 3, width: int = 6, *, seed: int = 0):
    """Overlapping classes, in directions of very unlike size."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=count)
    centres = 2 * np.eye(classes, width)
    features = centres[labels] + rng.normal(size=(count, width))
    return features @ np.diag(10.0 ** np.arange(width)), labels


def loss_and_gradient(features, labels, fitted, strength):
    """Of the definition, over standardised features, in plain NumPy."""
    spread = features.std(axis=0)
    z = (features - features.mean(axis=0)) / spread
    weight = fitted.weight * spread[:, None]
    logits = fitted.logits(features)
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = exps / exps.sum(axis=1, keepdims=True)
    gradient = z.T @ (shares - np.eye(logits.shape[1])[labels]) + strength * weight
    loss = -np.log(shares[np.arange(len(labels)), labels]).sum()
    return loss + strength / 2 * np.square(weight).sum(), gradient


def test_two_classes_of_one_feature_have_the_known_minimum():
    """Standardised ±1: the gradient N·σ(-m) = λ·w, m = 2w the margin of the classes."""
    features = np.array([[1.0]] * 10 + [[3.0]] * 10)
    labels = np.repeat([0, 1], 10)
    fitted = fit_logistic(features, labels, 1.0, classes=2)
    weight = fitted.weight[0, 1]
    assert weight == pytest.approx(-fitted.weight[0, 0])
    assert 20 / (1 + np.exp(2 * weight)) == pytest.approx(weight, rel=1e-3)
    assert fitted.logits(np.array([[2.0]])) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("strength", [0.1, 100.0])
def test_gradient_vanishes_whatever_the_size_of_the_features(strength):
    features, labels = clouds(300)
    fitted = fit_logistic(features, labels, strength, classes=3)
    loss, gradient = loss_and_gradient(features, labels, fitted, strength)
    assert np.abs(gradient).max() < 1e-3 * loss


def test_attributes_that_nobody_has_labelled_do_not_count():
    features, labels = clouds(200, classes=2)
    known = np.stack([labels, labels], axis=1).astype(float)
    known[100:, 1] = -1
    half = fit_logistic(features, known, 1.0, classes=2, link="sigmoid")
    alone = known.copy()
    alone[:, 1] = -1
    alone[:, 0] = np.where(np.arange(200) < 100, labels, -1)
    same = fit_logistic(features, alone, 1.0, classes=2, link="sigmoid")
    assert half.weight[:, 1] == pytest.approx(same.weight[:, 0], rel=1e-3, abs=1e-9)
    assert same.weight[:, 1] == pytest.approx(0, abs=1e-12)


def test_penalty_is_strong_where_features_tell_nothing_and_weak_where_they_do():
    features, labels = clouds(200, width=50)
    shuffled = np.random.default_rng(1).permutation(labels)
    told = fit_logistic_cv(features, labels, classes=3)
    nothing = fit_logistic_cv(features, shuffled, classes=3)
    assert told.strength < nothing.strength
    fresh, truth = clouds(2000, width=50, seed=5)
    right = (told.logits(fresh).argmax(1) == truth).mean()
    assert right > 0.7
    assert abs((nothing.logits(fresh).argmax(1) == truth).mean() - 1 / 3) < 0.1


def test_feature_that_does_not_vary_gets_no_weight():
    features, labels = clouds(100)
    constant = np.hstack([features, np.full((100, 1), 7.0)])
    fitted = fit_logistic(constant, labels, 1.0, classes=3)
    assert not fitted.weight[-1].any()


def test_what_is_no_number_is_named():
    features, labels = clouds(20)
    features[3, 1] = np.nan
    with pytest.raises(ValueError, match=r"features\[3, 1\] is nan"):
        fit_logistic(features, labels, 1.0, classes=3)
    with pytest.raises(ValueError, match="lengths differ: features 19, targets 20"):
        fit_logistic_cv(features[:3].repeat(7, 0)[:19], labels, classes=3)
