from pathlib import Path

import numpy as np

from tests.replicas.noise import joined, noise_points, write_image

LISTS = "list_98pt_rect_attr_train_test"
SUBSETS = ("largepose", "expression", "illumination", "makeup", "occlusion", "blur")
FACES = {
    "train": [
        ("0--Parade/0_Parade_1.jpg", "000000"),
        ("0--Parade/0_Parade_1.jpg", "000001"),
        ("7--Cheering/7_Cheering_2.jpg", "000000"),
    ],
    "test": [
        ("36--Football/36_Football_1.jpg", "100000"),
        ("36--Football/36_Football_1.jpg", "010011"),
        ("37--Soccer/37_Soccer_1.jpg", "000000"),
    ],
}
"""Image and flags of each face: pose, expression, illumination, make-up, occlusion,
blur. The two faces of one image are in different subsets."""


def write_wflw98(root: Path) -> dict[str, list[np.ndarray]]:
    """WFLW: 3 faces to train and 3 to test, each in 2 images.

    Returns:
        Points by split.
    """
    annotations = root / "WFLW_annotations"
    subsets: dict[str, list[str]] = {name: [] for name in SUBSETS}
    truth: dict[str, list[np.ndarray]] = {}
    for split, faces in FACES.items():
        lines = []
        for image, flags in faces:
            seed = len(lines) + 10 * len(truth)
            points = noise_points(98, seed)
            truth.setdefault(split, []).append(points)
            lines.append(f"{joined(points)} 3 4 45 46 {' '.join(flags)} {image}")
            write_image(root / "WFLW_images" / image, seed)
            for name, flag in zip(SUBSETS, flags, strict=True):
                if split == "test" and flag == "1":
                    subsets[name].append(f"{joined(points)} {image}")
        write_lines(annotations / LISTS / f"list_98pt_rect_attr_{split}.txt", lines)
    for name, lines in subsets.items():
        write_lines(
            annotations / "list_98pt_test" / f"list_98pt_test_{name}.txt", lines
        )
    return truth


def write_lines(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))
