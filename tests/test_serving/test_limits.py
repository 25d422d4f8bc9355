import pytest

from mcf.serving.limits import Admission, Limits
from mcf.utils.request_body import RefusedError


@pytest.mark.parametrize(("sizes", "more"), [((1, 1), 1), ((60,), 60)])
def test_no_place_is_given_beyond_images_or_bytes(sizes, more):
    admission = Admission(Limits(bytes=60, waiting=2, held=100))
    places = [admission.place(size) for size in sizes]
    for place in places:
        place.__enter__()
    with pytest.raises(RefusedError) as refused, admission.place(more):
        pytest.fail("there was no room")
    assert refused.value.status == 429
    for place in places:
        place.__exit__(None, None, None)
    with admission.place(more):
        assert (admission.waiting, admission.held) == (1, more)
    assert (admission.waiting, admission.held) == (0, 0)


def test_largest_image_always_fits_alone():
    with Admission(Limits(bytes=200, held=100)).place(200):
        pass


def test_place_is_free_again_after_an_error():
    admission = Admission(Limits())
    with pytest.raises(ZeroDivisionError), admission.place(5):
        raise ZeroDivisionError
    assert (admission.waiting, admission.held) == (0, 0)


@pytest.mark.parametrize("name", ["bytes", "waiting"])
def test_limit_below_one_is_refused(name):
    with pytest.raises(ValueError, match=f"{name}=0"):
        Limits(**{name: 0})
