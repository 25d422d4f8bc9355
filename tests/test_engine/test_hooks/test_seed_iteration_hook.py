import itertools
import random

import numpy as np
import torch

from mcf.engine.hooks.seed_iteration_hook import iteration_seeds, seed_iteration
from tests.test_engine.toy import toy_runner


def draws():
    return random.random(), np.random.rand(), torch.rand(1).item()


def test_same_arguments_give_same_draws():
    seed_iteration(1, rank=0, iteration=5)
    first = draws()
    draws()
    seed_iteration(1, rank=0, iteration=5)
    assert draws() == first


def test_every_argument_and_generator_has_its_own_stream():
    arguments = itertools.product((0, 1, 2**31 - 1), (0, 1, 7), (0, 1, 2, 10**7))
    seeds = [
        iteration_seeds(seed, rank=rank, iteration=iteration)
        for seed, rank, iteration in arguments
    ]
    flat = [value for triple in seeds for value in triple]
    assert len(set(flat)) == len(flat) == 3 * 3 * 3 * 4
    assert all(numpy < 2**32 for _, numpy, _ in seeds)


def test_seeds_stay_what_they_are():
    # a change here breaks exact resume across versions
    assert iteration_seeds(0, rank=0, iteration=0) == (
        15793235383387715774,
        2884920346,
        2361836109651742017,
    )


def test_neighbouring_iterations_are_uncorrelated():
    values = []
    for iteration in range(400):
        seed_iteration(0, rank=0, iteration=iteration)
        values.append(torch.rand(1).item())
    values = np.array(values)
    assert abs(values.mean() - 0.5) < 0.06
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 0.15


def test_run_draws_by_iteration_whatever_happened_before(tmp_path):
    noise = []
    for run in range(2):
        runner = toy_runner(tmp_path / str(run), epochs=1)
        random.seed(run)
        np.random.seed(run)
        runner.train()
        noise.append(runner.model.noise)
    assert noise[0] == noise[1]
    assert len(set(noise[0])) == 6
