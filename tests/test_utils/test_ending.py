import os
import signal

import pytest

from mcf.utils.ending import EndedError, ended_by_signals


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signal_unwinds_once_and_tells_its_status(name):
    number = signal.Signals[name]
    before = signal.getsignal(number)
    cleaned = []
    with pytest.raises(EndedError, match=name) as ended, ended_by_signals():
        try:
            os.kill(os.getpid(), number)
            pytest.fail("went on")
        finally:
            os.kill(os.getpid(), number)  # an impatient second one
            cleaned.append(name)
    assert cleaned == [name] and ended.value.status == 128 + number
    assert signal.getsignal(number) is before


def test_end_is_no_error_that_handlers_swallow():
    assert not issubclass(EndedError, Exception)
