"""Points and parts of a face with NumPy, Pillow and onnxruntime alone.

Needs neither MCF nor PyTorch: copy this file. It takes a network that ``mcf export``
wrote with ``--decode`` for crops of the kind ``box`` without warp, a photo, and the box
of a face as a detector gives it, from forehead to chin:

    python points_without_mcf.py NETWORK.onnx PHOTO.jpg 100 80 220 230
"""

import argparse
import json

import numpy as np
import onnxruntime
from PIL import Image, ImageOps


def crop_of_box(rule: dict, box: np.ndarray) -> np.ndarray:
    """Corners x1, y1, x2, y2 of what the network sees, of a detector's box."""
    if rule["kind"] != "box" or rule["warp_factor"]:
        raise SystemExit(f"this example cuts plain boxes, not {rule['kind']!r}")
    side, drop = max(box[2] - box[0], box[3] - box[1]), 0.0
    if rule.get("box", "landmarks") == "landmarks":  # trained on squares of the points
        side, drop = 0.8 * side, 0.13 * side
    centre = (box[:2] + box[2:]) / 2 + (0.0, drop)
    half = side / 2 / rule["scale"]
    return np.concatenate([centre - half, centre + half])


def cut(photo: Image.Image, corners: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """RGB crop uint8 [h,w,3], bilinear, black outside of the photo."""
    (x, y), (width, height) = corners[:2], size
    a, b = (corners[2] - x) / width, (corners[3] - y) / height
    # Pillow counts from the edge of the first pixel, boxes from its middle
    affine = (a, 0, x + 0.5, 0, b, y + 0.5)
    return np.asarray(
        photo.transform(size, Image.Transform.AFFINE, affine, Image.Resampling.BILINEAR)
    )


def find(network: str, photo: Image.Image, box: np.ndarray) -> dict[str, np.ndarray]:
    """What the network says of a face: ``points`` [K,2] in pixels of the photo, ..."""
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    about = session.get_modelmeta().custom_metadata_map
    rule = json.loads(about["mcf.crop"])
    corners = crop_of_box(rule, box)
    crop = cut(photo, corners, tuple(rule["size"]))
    if about["mcf.channels"] == "bgr":
        crop = crop[..., ::-1]
    mean, std = (np.float32(json.loads(about[f"mcf.{k}"])) for k in ("mean", "std"))
    images = ((crop - mean) / std).transpose(2, 0, 1)[None].astype(np.float32)
    names = [output.name for output in session.get_outputs()]
    found = dict(zip(names, session.run(names, {"images": images}), strict=True))
    found = {name: value[0] for name, value in found.items()}
    if "points" in found:
        scale = (corners[2:] - corners[:2]) / rule["size"]
        found["points"] = (found["points"] + 0.5) * scale + corners[:2]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network")
    parser.add_argument("photo")
    parser.add_argument("box", nargs=4, type=float, metavar=("X1", "Y1", "X2", "Y2"))
    args = parser.parse_args()
    photo = ImageOps.exif_transpose(Image.open(args.photo)).convert("RGB")
    found = find(args.network, photo, np.array(args.box))
    for x, y in found.get("points", ()):
        print(f"{x:.1f} {y:.1f}")
    if "logits" in found:
        classes, counts = np.unique(found["logits"].argmax(axis=0), return_counts=True)
        print(
            "pixels of the crop by class:", dict(zip(classes.tolist(), counts.tolist()))
        )


if __name__ == "__main__":
    main()
