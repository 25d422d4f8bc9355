"""Points read off in the crop beside points read off in the whole photo, as facer does.

Heat maps of known points are drawn as the benchmark's networks learn them, with a floor
as a sigmoid leaves it, and read off in both ways: centre of mass in the crop and back
by the inverse matrix; or maps enlarged to the crop, sampled into the photo (nothing
outside of the crop), centre of mass there.

    python -m projects.parity.whole_photo
"""

import argparse

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from mcf.models.heatmap import centre_of_mass, gaussian_maps

MAP, CROP, PHOTO = 112, 448, 640
FLOORS = (0.0, 1e-5, 1e-4, 1e-3)
SIDES = (80, 224, 448)
POINTS = 20


def points_in_crop(maps: Tensor) -> Tensor:
    """Points [B,K,2] of maps [B,K,h,w] in pixels of the crop."""
    points = centre_of_mass(maps.clamp(1e-12, 1 - 1e-6).logit())
    return points * CROP - 0.5


def points_in_photo(maps: Tensor, scale: float, shift: Tensor) -> Tensor:
    """Points [K,2] in pixels of the photo, read off there.

    Args:
        maps: [K,h,w].
        scale: Pixels of the crop to one of the photo.
        shift: Of the crop in the photo, [2].
    """
    large = F.interpolate(maps[None], size=(CROP, CROP), mode="bilinear")
    pixels = torch.arange(PHOTO, dtype=maps.dtype)
    x, y = ((pixels - shift[i] + 0.5) * scale / CROP * 2 - 1 for i in (0, 1))
    grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)[None]
    seen = F.grid_sample(large, grid, align_corners=False)[0]
    mass = seen.sum(dim=(1, 2))
    across = (seen.sum(dim=1) * pixels).sum(dim=1) / mass
    down = (seen.sum(dim=2) * pixels).sum(dim=1) / mass
    return torch.stack([across, down], dim=1)


def errors(floor: float, side: int, rng: np.random.Generator) -> tuple[float, float]:
    """Mean distance from the truth, % of the crop's side: in the crop, in the photo."""
    unit = torch.from_numpy(rng.uniform(0.2, 0.8, (1, POINTS, 2)))
    maps = gaussian_maps(unit, (MAP, MAP)).double()
    maps = floor + (1 - floor) * maps
    shift = torch.from_numpy(rng.uniform(0, PHOTO - side, 2))
    scale = CROP / side
    truth = unit[0] * side + shift - 0.5
    in_crop = (points_in_crop(maps)[0] + 0.5) / scale + shift - 0.5
    in_photo = points_in_photo(maps[0], scale, shift)
    found = [(points - truth).norm(dim=1).mean() for points in (in_crop, in_photo)]
    return tuple(100 * float(one) / side for one in found)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faces", type=int, default=20, help="for each line")
    args = parser.parse_args(argv)
    rng = np.random.default_rng(0)
    print("| floor | face, pixels | in the crop | in the whole photo |")
    print("|---:|---:|---:|---:|")
    for floor in FLOORS:
        for side in SIDES:
            both = [errors(floor, side, rng) for _ in range(args.faces)]
            crop, photo = np.mean(both, axis=0)
            print(f"| {floor:g} | {side} | {crop:.3f} % | {photo:.3f} % |")


if __name__ == "__main__":
    main()
