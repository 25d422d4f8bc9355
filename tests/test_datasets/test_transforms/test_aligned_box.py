import numpy as np
import pytest

from mcf.datasets.transforms import AlignedBox


def test_box_is_a_part_of_the_image():
    image = np.zeros((50, 100, 3), np.uint8)
    found = AlignedBox((0.0, 0.2, 0.5, 1.0))(dict(img=image))
    np.testing.assert_allclose(found["bbox"], [[-0.5, 9.5, 49.5, 49.5]])


def test_box_without_area_is_refused():
    with pytest.raises(ValueError, match="has no area"):
        AlignedBox((0.5, 0.2, 0.5, 1.0))
