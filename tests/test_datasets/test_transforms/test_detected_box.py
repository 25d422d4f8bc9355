import numpy as np
import pytest

from mcf.crops.training_box import likely_detection, training_box


@pytest.mark.parametrize("square", [(10, 20, 110, 120), (-5.5, 3, 24.5, 33)])
def test_likely_detection_is_the_inverse(square):
    found = likely_detection(np.array(square, float))
    np.testing.assert_allclose(training_box(found, "landmarks"), square)
    assert found[3] < square[3] + 5 and found[1] < square[1]
