import pytest

from mcf.datasets.landmarks import held_out

NAMES = [f"folder/{number}.jpg" for number in range(50)]


def test_share_is_exact_and_independent_of_order_and_repetition():
    chosen = held_out(NAMES, 0.2, seed=3)
    assert len(chosen) == 10
    assert held_out(NAMES[::-1] * 2, 0.2, seed=3) == chosen


def test_choice_is_pinned_down():
    """By sha256sum: a run repeated years later must hold out the same pictures."""
    chosen = {"folder/11.jpg", "folder/40.jpg", "folder/6.jpg"}
    assert held_out(NAMES, 0.06, seed=0) == chosen


def test_seed_chooses_and_larger_shares_contain_smaller():
    assert held_out(NAMES, 0.2, seed=0) != held_out(NAMES, 0.2, seed=1)
    assert held_out(NAMES, 0.2, seed=0) < held_out(NAMES, 0.4, seed=0)


def test_tiny_share_holds_out_one():
    assert len(held_out(NAMES, 0.001, seed=0)) == 1


@pytest.mark.parametrize("share", [0, 1, -0.1, 0.999])
def test_share_that_empties_a_side_is_refused(share):
    with pytest.raises(ValueError, match=f"holdout={share} of 50 photos"):
        held_out(NAMES, share, seed=0)
