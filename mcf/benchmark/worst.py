"""The faces that a backbone's linear map gets most wrong, as pictures."""

import numpy as np

from mcf.benchmark.faces import built, pair_dataset, sample
from mcf.benchmark.measure import Outcome
from mcf.benchmark.row import Row
from mcf.models.frozen_backbone import fit_square
from mcf.suite import FaceTaskDataset, SuiteDataset
from mcf.visualization.canvas import picture_table
from mcf.visualization.page import Picture

SIDE = 112


def worst_picture(row: Row, outcome: Outcome) -> Picture | None:
    """Strip of the worst faces or pairs of a row; None where none are known."""
    if not outcome.worst or row.kind == "probe":
        return None
    titles = [text for _, text in outcome.worst]
    if row.kind == "pairs":
        dataset = pair_dataset(row.placed()["pairs"])
        pairs = dataset.pairs
        strip = [
            [_face(dataset, int(side[i])) for i, _ in outcome.worst]
            for side in (pairs.first, pairs.second)
        ]
    else:
        dataset = built(row.placed()["test"], FaceTaskDataset)
        strip = [[_face(dataset, i) for i, _ in outcome.worst]]
    return Picture(f"{row.title}: furthest off", picture_table(strip, titles))


def _face(dataset: SuiteDataset, index: int) -> np.ndarray:
    image = fit_square(sample(dataset, index)["img"], SIDE)
    return np.ascontiguousarray(image[..., ::-1])
