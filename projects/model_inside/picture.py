"""The picture of docs/model_inside.md: unseen drawn faces and what is found in them."""

import argparse
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split
import cv2
import numpy as np

from mcf.apis import FaceInferencer
from mcf.datasets.drawn_shards import open_shard
from mcf.utils.atomic_file import write_atomically


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shard", type=Path, help="faces-00000.npy of the test part")
    parser.add_argument("out", type=Path, help=".jpg")
    parser.add_argument("--rows", type=int, default=3)
    parser.add_argument("--columns", type=int, default=6)
    args = parser.parse_args(argv)
    inferencer = FaceInferencer()
    faces = open_shard(args.shard)["image"][: args.rows * args.columns]
    tiles = []
    for image in faces:
        large = cv2.resize(image, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC)
        tiles.append(inferencer(large).draw()[..., ::-1])
    grid = np.array(tiles).reshape(args.rows, args.columns, *tiles[0].shape)
    sheet = np.concatenate([np.concatenate(row, axis=1) for row in grid])
    quality = [cv2.IMWRITE_JPEG_QUALITY, 85]
    write_atomically(cv2.imencode(".jpg", sheet, quality)[1].tobytes(), args.out)


if __name__ == "__main__":
    main()
