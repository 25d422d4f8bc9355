import sys
from types import SimpleNamespace

import pytest

pytest.importorskip("pyarrow")

from mcf.preparation import pools
from mcf.preparation.unit_of_work import Unit
from mcf.preparation.worker import Outcome


class FewCores:
    """What :func:`run_on_ray` uses of Ray, with actors that start when a core is free.

    Args:
        cores: Of the cluster; the first so many living actors run.
    """

    def __init__(self, cores: int) -> None:
        self.cores, self.actors, self.most = cores, [], 0

    def init(self, **settings) -> None:
        pass

    def shutdown(self) -> None:
        pass

    def remote(self, **settings):
        return lambda cls: SimpleNamespace(remote=lambda *a, **k: self._start(cls()))

    def _start(self, worker) -> SimpleNamespace:
        actor = SimpleNamespace()
        actor.run = SimpleNamespace(remote=lambda unit: _Answer(actor, worker, unit))
        self.actors.append(actor)
        self.most = max(self.most, len(self.actors))
        return actor

    def kill(self, actor) -> None:
        self.actors.remove(actor)

    def wait(self, answers, num_returns):
        ready = [x for x in answers if x.actor in self.actors[: self.cores]]
        assert ready, "waits for ever for actors without a core"
        return ready[:1], []

    def get(self, answer) -> Outcome:
        return answer.worker.run(answer.unit)


class _Answer:
    def __init__(self, actor, worker, unit) -> None:
        self.actor, self.worker, self.unit = actor, worker, unit


class Echo:
    def run(self, unit: Unit) -> Outcome:
        return Outcome(unit.index)


@pytest.mark.parametrize("units", [3, 10])
def test_more_workers_than_free_cores_finish_all_units(monkeypatch, units):
    ray = FewCores(2)
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setattr(pools, "Worker", Echo)
    todo = [Unit(index, f"{index}", ()) for index in range(units)]
    outcomes = pools.run_on_ray(None, None, todo, workers=5, timeout=1, address="x")
    assert sorted(outcome.unit for outcome in outcomes) == list(range(units))
    assert ray.most == 5
