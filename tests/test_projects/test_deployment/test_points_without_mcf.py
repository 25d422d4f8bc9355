import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from mcf.crops.face import Face
from mcf.drawn_faces.lifelike import draw_lifelike
from mcf.inference import FaceInferencer
from mcf.inference.inside import MODEL_INSIDE

pytest.importorskip("onnxruntime")
SCRIPT = Path(__file__).parents[3] / "projects/deployment/points_without_mcf.py"


class OneBox:
    box = np.array([60.0, 50.0, 190.0, 215.0])

    def open(self):
        return lambda image, source: [Face(self.box, 1.0)]


def test_points_are_those_of_the_toolkit_and_nothing_of_it_is_loaded(tmp_path):
    image = draw_lifelike(4, 256).image
    Image.fromarray(image).save(tmp_path / "face.png")
    code = (
        "import runpy, sys\n"
        "sys.modules['mcf'] = sys.modules['torch'] = sys.modules['cv2'] = None\n"
        f"sys.argv = sys.argv[1:]\nrunpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    box = [str(side) for side in OneBox.box]
    call = [sys.executable, "-c", code, "x", str(MODEL_INSIDE), "face.png", *box]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    points = np.array([line.split() for line in lines[:68]], float)
    result = FaceInferencer(detector=OneBox())(cv2.imread(str(tmp_path / "face.png")))
    assert np.abs(points - result.landmarks.points[0]).max() < 0.3
    assert lines[68].startswith("pixels of the crop by class: {0:")
