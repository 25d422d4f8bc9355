import pytest

from mcf.inspection.usable import choose, usable_samples
from mcf.utils.decoding import BadImageError


class Faces:
    """Two samples, one of which lies in a damaged file."""

    def __init__(self, error):
        self.error = error

    def __len__(self):
        return 3

    def __getitem__(self, index):
        if index == 1:
            raise self.error
        return dict(number=index)


@pytest.mark.parametrize(
    "error", [BadImageError("damaged"), OSError("damaged"), ValueError("damaged")]
)
def test_sample_that_cannot_be_used_is_left_out_and_told(error):
    told = []
    found = list(usable_samples(Faces(error), told.append))
    assert found == [(0, dict(number=0)), (2, dict(number=2))]
    assert str(told[0]) == "face 1: damaged" and len(told) == 1
    with pytest.raises(type(error), match="damaged"):
        list(usable_samples(Faces(error), None))


def test_worst_and_typical_faces_are_chosen_by_rank():
    badness = [3.0, float("nan"), 9.0, 1.0, 5.0, 7.0]
    assert choose(badness, 2, "worst") == [2, 5]
    assert choose(badness, 3, "typical") == [5, 4, 0]
    assert (
        choose(badness, 9, "typical") == choose(badness, 9, "worst") == [2, 5, 4, 0, 3]
    )
