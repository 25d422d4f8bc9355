import numpy as np
import pytest

from mcf.evaluation.functional import fit_ridge, fit_ridge_cv, k_folds


def slow_ridge(features, targets, strength, queries):
    """Least squares on the augmented system [Z 1; √λ 0] [W; b] = [Y; 0]."""
    mean, std = features.mean(0), features.std(0)
    z = (features - mean) / std
    count, size = z.shape
    design = np.block(
        [
            [z, np.ones((count, 1))],
            [np.sqrt(strength) * np.eye(size), np.zeros((size, 1))],
        ]
    )
    answers = np.concatenate([targets, np.zeros((size, targets.shape[1]))])
    solution = np.linalg.lstsq(design, answers)[0]
    return (queries - mean) / std @ solution[:-1] + solution[-1]


@pytest.mark.parametrize("size", [3, 12, 40])  # fewer, as many, more than samples
@pytest.mark.parametrize("strength", [1e-2, 1.0, 100.0])
def test_equals_least_squares_on_the_augmented_system(size, strength):
    rng = np.random.default_rng(size)
    features = rng.normal(5, rng.uniform(0.1, 10, size), (12, size))
    targets, queries = rng.normal(7, 1, (12, 2)), rng.normal(5, 1, (4, size))
    ridge = fit_ridge(features, targets, strength)
    np.testing.assert_allclose(
        ridge.predict(queries),
        slow_ridge(features, targets, strength, queries),
        rtol=1e-7,
    )


def test_units_of_the_features_do_not_matter():
    rng = np.random.default_rng(0)
    features, targets = rng.normal(size=(10, 4)), rng.normal(size=(10, 1))
    units = np.array([1e-4, 1, 50, 1e3])
    plain = fit_ridge(features, targets, 2.0).predict(features)
    scaled = fit_ridge(features * units, targets, 2.0).predict(features * units)
    np.testing.assert_allclose(plain, scaled)


def test_huge_penalty_predicts_the_mean():
    rng = np.random.default_rng(0)
    features, targets = rng.normal(size=(9, 3)), rng.normal(size=(9, 2))
    predicted = fit_ridge(features, targets, 1e12).predict(features)
    np.testing.assert_allclose(predicted, np.tile(targets.mean(0), (9, 1)), atol=1e-9)


def test_feature_that_does_not_vary_gets_no_weight():
    rng = np.random.default_rng(0)
    features = np.concatenate([rng.normal(size=(8, 2)), np.full((8, 1), 3.3)], axis=1)
    ridge = fit_ridge(features, rng.normal(size=(8, 1)), 0.1)
    assert ridge.weight[2] == 0 and np.isfinite(ridge.weight).all()


def test_cross_validation_chooses_little_penalty_for_a_clean_relation():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(60, 5))
    clean = fit_ridge_cv(features, features @ rng.normal(size=(5, 2)))
    noise = fit_ridge_cv(features, rng.normal(size=(60, 2)))
    assert clean.strength < 1 < 10 < noise.strength


def test_chosen_penalty_has_the_smallest_held_out_error():
    rng = np.random.default_rng(1)
    features = rng.normal(size=(30, 50))
    targets = features[:, :1] + rng.normal(size=(30, 1))
    strengths = (1.0, 30.0, 1000.0)
    errors = [
        sum(
            np.square(
                slow_ridge(features[a], targets[a], strength, features[b]) - targets[b]
            ).sum()
            for a, b in k_folds(30, 3, seed=4)
        )
        for strength in strengths
    ]
    chosen = fit_ridge_cv(features, targets, strengths=strengths, folds=3, seed=4)
    assert chosen.strength == strengths[int(np.argmin(errors))]


def test_folds_hold_each_sample_out_once():
    folds = k_folds(11, 3, seed=0)
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(11))
    for train, test in folds:
        assert sorted([*train, *test]) == list(range(11))
    again = k_folds(11, 3, seed=0)
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(folds, again))


@pytest.mark.parametrize("folds", [0, 1, 6])
def test_impossible_number_of_folds_is_refused(folds):
    with pytest.raises(ValueError, match=f"5 samples into {folds} folds"):
        k_folds(5, folds, seed=0)


def test_groups_stay_together():
    groups = ["a", "b", "b", "c", "a", "d", "b"]
    parts = k_folds(7, 3, seed=0, groups=groups)
    assert sorted(np.concatenate([test for _, test in parts])) == list(range(7))
    for train, test in parts:
        assert not {groups[i] for i in train} & {groups[i] for i in test}


def test_more_folds_than_groups_are_refused():
    with pytest.raises(ValueError, match="split 2 samples into 3 folds"):
        k_folds(4, 3, seed=0, groups=["a", "a", "b", "b"])
