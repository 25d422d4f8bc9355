import numpy as np
import pytest

from mcf.drawn_faces.parameters import Expression, Pose, Shape
from mcf.drawn_faces.surface import HeadSurface, rotation_matrix


def surface(**pose) -> HeadSurface:
    return HeadSurface(Shape(), Expression(), Pose(**pose))


def test_rotation_is_orthonormal_and_turns_the_documented_way():
    turn = rotation_matrix(0.3, -0.2, 0.5)
    assert turn @ turn.T == pytest.approx(np.eye(3))
    forward = np.array([0.0, 0.0, 1.0])
    assert (rotation_matrix(0.3, 0, 0) @ forward)[0] > 0, "yaw turns to image right"
    assert (rotation_matrix(0, 0.3, 0) @ forward)[1] > 0, "pitch bows"
    assert (rotation_matrix(0, 0, 0.3) @ [1.0, 0, 0])[1] > 0, "roll is clockwise"


def test_nose_tip_is_the_point_nearest_to_the_viewer():
    head = surface()
    x, y = np.meshgrid(np.linspace(-0.9, 0.9, 61), np.linspace(-0.8, 1.4, 81))
    depth = head.depth(x, y)
    nearest = np.unravel_index(depth.argmax(), depth.shape)
    assert abs(x[nearest]) < 0.05
    assert y[nearest] == pytest.approx(head.nose_tip_y, abs=0.1)


def test_surface_is_symmetric():
    y = np.linspace(-1, 1.4, 20)
    assert surface().depth(0.4 * y, y) == pytest.approx(surface().depth(-0.4 * y, y))


def test_frontal_projection_only_scales_and_shifts():
    head = surface(scale=0.2, x=0.4, y=0.6)
    points = np.array([(0.0, 0.0), (0.5, -0.5), (-0.7, 0.8)])
    placed = head.place(points)
    assert placed - placed[0] == pytest.approx(0.2 * points)


def test_silhouette_is_never_inside_the_outline_itself():
    head = surface(yaw=0.5)
    middle = np.array([0.0, 0.3])
    outward = head.place(head.jaw) - head.place(middle)
    seen = head.silhouette(head.jaw, middle, reach=0.5) - head.place(head.jaw)
    gain = (seen * outward).sum(axis=1)
    assert gain.min() >= 0
    assert gain.max() > 0, "the far cheek hides the far contour"


def test_skull_outline_encloses_the_projected_ellipsoid():
    from mcf.drawn_faces.surface import SKULL_CENTRE, SKULL_RADII

    head = surface(yaw=0.4, pitch=0.2, roll=0.3)
    rng = np.random.Generator(np.random.PCG64(0))
    ball = rng.normal(size=(4000, 3))
    ball /= np.linalg.norm(ball, axis=1, keepdims=True)
    points = head.project(SKULL_CENTRE + SKULL_RADII * ball)
    outline = head.skull_outline()
    centre = head.project(SKULL_CENTRE)
    for direction in (outline - centre)[::8]:
        direction = direction / np.linalg.norm(direction)
        reach = ((points - centre) @ direction).max()
        assert reach == pytest.approx(((outline - centre) @ direction).max(), rel=0.02)
