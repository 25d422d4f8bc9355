"""Score the frozen features of backbones on landmarks, parts, age and identity."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split

import cv2
import numpy as np
from mmengine.config import Config

from mcf.checkpoint.safe_load import use_safe_loading
from mcf.datasets.stores import open_store
from mcf.models.backbone_loaders import (
    load_backbone_model,
    load_backbone_of_run,
    untrained_copy,
)
from mcf.models.frozen_backbone import FrozenBackbone, extract_features
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


def scores_of(
    backbone: FrozenBackbone, *, data: Path, faces: Path
) -> Iterator[dict[str, float]]:
    """Scores of a backbone, test set after test set.

    Args:
        backbone: The backbone.
        data: Folder with ``faces_samples``, ``faces_train`` and ``faces_suite``.
        faces: Store that holds UTKFace's training images of the published split.
    """
    config = relocated(Config.fromfile(PROBES).probes, data=data, backbones=data)
    for probe in build_probes(config):
        yield run_probes([probe], backbone)
    suite = data / "faces_suite"
    pairs = features_by_name(backbone, [open_store(suite / "lfw_pairs_112.tar")])
    yield {"lfw/accuracy": pair_accuracy(pairs, suite / "lfw_pairs.txt")}
    stores = [open_store(faces), open_store(suite / "utkface_test_112.tar")]
    ages = age_error(
        lambda names: features_by_name(backbone, stores, names), suite / "utkface.csv"
    )
    yield {"age/mae_years": ages}


def load(path: Path) -> FrozenBackbone:
    """Exported backbone, or one of a run's checkpoints with the newest config beside.

    Raises:
        FileNotFoundError: If a checkpoint has no config beside it.
    """
    if not path.name.startswith("epoch_"):
        return load_backbone_model(path)
    configs = sorted(path.parent.glob("*.py"))
    if not configs:
        raise FileNotFoundError(f"no config of the run beside {path}")
    return load_backbone_of_run(configs[-1], path)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "weights", nargs="+", type=Path, help="exported, or epoch_N.pth"
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--faces", type=Path, required=True)
    parser.add_argument(
        "--untrained", type=int, metavar="SEED", help="random weights in their place"
    )
    args = parser.parse_args(argv)
    use_safe_loading()
    for path in args.weights:
        name, backbone = path.stem, load(path)
        if args.untrained is not None:
            name, backbone = "untrained", untrained_copy(backbone, seed=args.untrained)
        target = path.with_name(f"scores_{name}.json")
        scores: dict[str, float] = {}
        for found in scores_of(backbone, data=args.data, faces=args.faces):
            scores |= found
            print(path, found, flush=True)
            write_atomically((json.dumps(scores, indent=1) + "\n").encode(), target)


if __name__ == "__main__":
    sys.exit(main())
