"""Small official downloads with drawn faces, and encoders that are fast."""

import csv
from pathlib import Path

import cv2
import numpy as np

from mcf.benchmark.encoder import Encoder
from mcf.drawn_faces import draw_face

SIZE = 32


def small_face(seed: int) -> np.ndarray:
    """uint8 BGR [32,32,3]."""
    return cv2.resize(
        np.ascontiguousarray(draw_face(seed, 64).image[..., ::-1]), (SIZE, SIZE)
    )


def write_utkface(root: Path, *, train: int = 60, test: int = 20) -> list[str]:
    """UTKFace whose faces are the brighter the older they are; the first two faces of
    the test part stand in the training part too."""
    root.mkdir(parents=True)
    rng = np.random.default_rng(0)
    faces = [small_face(seed) for seed in range(6)]
    names = []
    for part, count in (("train", train), ("test", test)):
        rows = []
        for i in range(count):
            age, gender, race = rng.integers(21, 61), i % 2, i % 5
            image = faces[i % 6] // 3 + np.uint8(2 * age)
            image[:4] = 255 * gender
            image[-4:, : 6 * (race + 1)] = 0
            image[8:12, :8] = 3 * i + (part == "test")  # no two faces are the same
            name = f"{age}_{gender}_{race}_{part == 'test':d}{i:04}.jpg.chip.jpg"
            path = root / name
            _, data = cv2.imencode(".jpg", image)
            path.write_bytes(data.tobytes())
            rows.append((i, name, age - 21))
            if part == "test" and i < 2:
                twin = f"{age}_{gender}_{race}_9{i:04}.jpg.chip.jpg"
                (root / twin).write_bytes(data.tobytes())
                names.append((len(names) + train, twin, age - 21))
        write_list(root / f"utk_{part}.csv", rows)
    rows = [*csv.reader((root / "utk_train.csv").read_text().splitlines()), *names]
    write_list(root / "utk_train.csv", rows[1:])
    return [name for _, name, _ in names]


def write_list(path: Path, rows: list) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("", "file", "label"), *rows])


def write_lfw(root: Path, *, people: int = 20) -> None:
    """LFW of two images each of some people: 2 folds of pairs, at one level."""
    images = root / "lfw"
    images.mkdir(parents=True)
    for person in range(people):
        face = small_face(100 + person)
        for number in (1, 2):
            shifted = np.roll(face, number, axis=1)
            path = images / f"P_{person}_{number:04}.png"
            cv2.imwrite(str(path.with_suffix(".jpg")), shifted)
    half = people // 2
    lines = [f"2\t{half}"]
    for fold in range(2):
        own = range(fold * half, (fold + 1) * half)
        lines += [f"P_{p}\t1\t2" for p in own]
        lines += [f"P_{p}\t1\tP_{(p + 1) % people}\t2" for p in own]
    (root / "pairs.txt").write_text("\n".join(lines) + "\n")


def mean_colours(name: str = "colours", *, fingerprint: str = "c" * 64) -> Encoder:
    """Encoder that sees the brightness of each of 8 × 8 cells."""

    def vectors(squares: np.ndarray) -> dict[str, np.ndarray]:
        cells = squares.reshape(len(squares), 8, SIZE // 8, 8, SIZE // 8, 3)
        means = cells.mean(axis=(2, 4, 5)).reshape(len(squares), -1)
        return {"mean": means.astype(np.float32), "cls": means[:, :3].astype("float32")}

    return Encoder(name, fingerprint, SIZE, vectors)
