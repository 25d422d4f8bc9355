import pytest
from mmengine.logging import MessageHub

from mcf.models.masking import BlockMasking, RandomMasking, RatioSchedule
from mcf.models.masking.schedule import scheduled_ratio

START = dict(type="mcf.RatioSchedule", start=0.5)


@pytest.fixture
def hub():
    hub = MessageHub.get_current_instance()
    yield hub
    hub.pop_info("iter", None)
    hub.pop_info("max_iters", None)


def test_curves_meet_their_ends_and_the_middle():
    for curve in ("linear", "cosine"):
        ratios = [scheduled_ratio(p, 0.5, 0.9, curve) for p in (0, 0.5, 1)]
        assert ratios == pytest.approx([0.5, 0.7, 0.9])
    assert scheduled_ratio(0.25, 0, 1, "cosine") == pytest.approx(0.1464, abs=1e-4)


def test_ratio_follows_the_run_and_stays_after_its_end(hub):
    masking = RandomMasking(0.75, schedule=START | dict(until=0.5))
    hub.update_info("max_iters", 100)
    kept = {}
    for step in (0, 25, 50, 99):
        hub.update_info("iter", step)
        kept[step] = masking(2, (4, 4)).keep.shape[1]
    assert kept == {0: 8, 25: 6, 50: 4, 99: 4}


def test_every_strategy_takes_a_schedule(hub):
    hub.update_info("max_iters", 10)
    hub.update_info("iter", 0)
    assert BlockMasking(0.75, schedule=START)(1, (4, 4)).keep.shape == (1, 8)


def test_schedule_without_a_run_says_what_it_needs():
    with pytest.raises(ValueError, match="needs the length of the run"):
        RandomMasking(schedule=START)(1, (4, 4))


@pytest.mark.parametrize(
    "settings", [dict(start=1.0), dict(start=0.5, until=0), dict(start=0, curve="x")]
)
def test_numbers_out_of_range_are_refused(settings):
    with pytest.raises(ValueError, match=r"start=|until=|curve="):
        RatioSchedule(**settings)
