import numpy as np

from mcf.crops.recipes import cut_face, get_recipe
from mcf.detection import AlreadyCropped
from mcf.detection.source_image import SourceImage
from tests.test_preparation.faces import photo


def test_whole_recipe_gives_the_image_itself():
    image = photo(0, width=64, height=64)
    (face,) = AlreadyCropped().open()(image, SourceImage("x"))
    crop = cut_face(image, get_recipe("whole", size=64), face)
    np.testing.assert_array_equal(crop.pixels, image)
