import os

import pytest

from projects.step_benchmark.step_process import StepProcess


class Served:
    def __init__(self, start):
        self.value = start

    def add(self, number):
        self.value += number
        return self.value

    def __call__(self):
        return os.getpid()

    def die(self):
        raise ValueError("on purpose")


def test_methods_run_in_another_process_that_keeps_its_state():
    worker = StepProcess(Served, 3)
    assert [worker("add", 1), worker("add", 2)] == [4, 6]
    assert worker() != os.getpid()
    worker.close()


def test_a_failure_there_is_an_error_here(capfd):
    worker = StepProcess(Served, 0)
    with pytest.raises(RuntimeError, match="process died"):
        worker("die")
    worker.close()
    assert "on purpose" in capfd.readouterr().err


def refuse():
    raise ValueError("cannot be built")


def test_what_cannot_be_built_is_an_error_whenever_it_is_noticed(capfd):
    worker = StepProcess(refuse)
    worker._process.join()
    with pytest.raises(RuntimeError, match="process died"):
        worker()
    worker.close()
    assert "cannot be built" in capfd.readouterr().err
