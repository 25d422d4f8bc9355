import pytest

from mcf.datasets import FewShot


class Numbers:
    metainfo = dict(name="numbers")

    def __len__(self):
        return 20

    def __getitem__(self, index):
        return index


def drawn(share: float, seed: int = 0) -> list[int]:
    few = FewShot(Numbers(), share, seed=seed)
    return [few[i] for i in range(len(few))]


def test_epoch_is_as_long_as_that_of_the_whole_set():
    assert len(drawn(0.1)) == 20
    assert sorted(drawn(1.0)) == list(range(20))


def test_kept_samples_come_equally_often():
    samples = drawn(0.25)
    assert len(set(samples)) == 5
    assert all(samples.count(sample) == 4 for sample in samples)


def test_larger_share_holds_the_smaller_one():
    assert set(drawn(0.1)) < set(drawn(0.5))


def test_seed_chooses_the_samples():
    assert drawn(0.25, seed=0) == drawn(0.25, seed=0) != drawn(0.25, seed=1)


def test_there_is_always_one_sample():
    assert len(set(drawn(0.001))) == 1


def test_meta_information_is_that_of_the_whole_set():
    assert FewShot(Numbers(), 0.5).metainfo == dict(name="numbers")


@pytest.mark.parametrize("share", [0, -0.1, 1.1])
def test_impossible_share_is_refused(share):
    with pytest.raises(ValueError, match="share="):
        FewShot(Numbers(), share)
