"""Draw what a pre-training checkpoint makes of faces.

One face a row: input, what either encoder sees, pseudo image, and where the teacher
finds the pseudo image similar to the input, tap by tap.
"""

import argparse
from itertools import islice
from pathlib import Path

import cv2

import mcf  # noqa: F401  first: host packages import afterwards on any machine
from mcf.apis.reconstruct import (
    load_pretraining_model,
    read_faces,
    reconstruct_images,
)


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", help="config of the pre-training run")
    parser.add_argument("checkpoint", help="checkpoint of the run")
    parser.add_argument(
        "images", nargs="+", help="image files, folders, LMDBs or tar shards of faces"
    )
    parser.add_argument("--out", type=Path, required=True, help="picture to write")
    parser.add_argument("--max-images", type=int, default=8, help="faces drawn")
    parser.add_argument("--seed", type=int, default=0, help="seed of the masks")
    parser.add_argument("--device", default="cpu", help="for example cuda:0")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    model = load_pretraining_model(args.config, args.checkpoint)
    faces = islice(read_faces(args.images), args.max_images)
    sheet = reconstruct_images(model, faces, device=args.device, seed=args.seed)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(args.out), sheet[..., ::-1]):
        raise SystemExit(f"could not write {args.out}")
    print(f"wrote {args.out} ({sheet.shape[1]} x {sheet.shape[0]} pixels)")


if __name__ == "__main__":
    main()
