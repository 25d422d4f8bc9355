"""Score the frozen features of backbones on landmarks, parts, age and identity."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split

import cv2
import numpy as np
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mcf.checkpoint.safe_load import use_safe_loading
from mcf.datasets.stores import open_store
from mcf.models.frozen_backbone import (
    FrozenBackbone,
    extract_features,
    load_backbone_model,
)
from mcf.probing import build_probes, run_probes
from mcf.utils.atomic_file import write_atomically
from projects.mini_benchmark.paths import relocated
from projects.recipe.age import age_error
from projects.recipe.pairs import pair_accuracy

PROBES = Path(__file__).parent / "configs" / "probes.py"


def decoded(store: object, names: set[str] | None = None) -> Iterator[tuple]:
    """Name and uint8 BGR pixels of the images of a store, or of some of them."""
    for index in range(len(store)):
        name = Path(store.name(index)).name
        if names is None or name in names:
            data = np.frombuffer(store.read(index), dtype=np.uint8)
            yield name, cv2.imdecode(data, cv2.IMREAD_COLOR)


def features_by_name(
    backbone: FrozenBackbone, stores: list[object], names: set[str] | None = None
) -> dict[str, np.ndarray]:
    """Mean patch token [C] of each image, by file name."""
    found: list[str] = []

    def images() -> Iterator[np.ndarray]:
        for store in stores:
            for name, image in decoded(store, names):
                found.append(name)
                yield image

    rows = extract_features(backbone, images(), pooling="mean", batch_size=64)
    return dict(zip(found, rows, strict=True))


def evaluate(backbone: FrozenBackbone, *, data: Path, faces: Path) -> dict[str, float]:
    """All scores of a backbone.

    Args:
        backbone: The backbone.
        data: Folder with ``faces_samples``, ``faces_train`` and ``faces_suite``.
        faces: Store that holds UTKFace's training images of the published split.
    """
    config = relocated(Config.fromfile(PROBES).probes, data=data, backbones=data)
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        scores = run_probes(build_probes(config), backbone)
    suite = data / "faces_suite"
    table = suite / "utkface.csv"
    test_store = open_store(suite / "utkface_test_112.tar")
    scores["age/mae_years"] = age_error(
        lambda names: features_by_name(
            backbone, [open_store(faces), test_store], names
        ),
        table,
    )
    scores["lfw/accuracy"] = pair_accuracy(
        features_by_name(backbone, [open_store(suite / "lfw_pairs_112.tar")]),
        suite / "lfw_pairs.txt",
    )
    return scores


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="+", type=Path, help="folders of pre-trainings")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--faces", type=Path, required=True)
    args = parser.parse_args(argv)
    use_safe_loading()
    for run in args.runs:
        target = run / "scores.json"
        if target.is_file():
            continue
        backbone = load_backbone_model(run / "backbone_online.pth")
        start = time.process_time()
        scores = evaluate(backbone, data=args.data, faces=args.faces)
        print(run.name, scores, f"{time.process_time() - start:.0f} s", flush=True)
        write_atomically((json.dumps(scores, indent=1) + "\n").encode(), target)


if __name__ == "__main__":
    sys.exit(main())
