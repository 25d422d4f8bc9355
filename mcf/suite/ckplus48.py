"""CK+ as crops of 48 pixels."""

import re

from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.record import FaceRecord
from mcf.suite.task import Task

EXPRESSIONS = (
    "anger",
    "contempt",
    "disgust",
    "fear",
    "happy",
    "sadness",
    "surprise",
)
NAME = re.compile(r"(S\d+)_\d+_\d+\.png", re.IGNORECASE)


@DATASETS.register_module()
class CKPlus48(FaceTaskDataset):
    """CK+48: last frames of sequences of 118 persons, in a folder for each expression.

    Frames of a sequence are nearly the same, so ten folds are made of persons: ordered
    by number, the i-th is tested in fold i modulo 10. A split by file would be
    worthless.
    """

    NAME = "ckplus48"
    SITE = "the CK+48 copy of the Extended Cohn-Kanade set (www.jeffcohn.net/Resources)"
    LICENCE = "agreement of CK+; non-commercial research, some faces not to be printed"
    PROTOCOL = "ten folds by person; accuracy"
    TASKS = (Task("expression", "classes", EXPRESSIONS),)
    FOLDS = 10

    def read(self) -> list[FaceRecord]:
        """Faces by expression, then by name."""
        found = []
        for label, folder in enumerate(EXPRESSIONS):
            for path in sorted(self.required(folder).glob("[!.]*.png")):
                match = NAME.fullmatch(path.name)
                if match is None:
                    raise ValueError(
                        f"{folder}/{path.name} does not tell its person: names are "
                        "such as S010_004_00000017.png"
                    )
                found.append((f"{folder}/{path.name}", label, match[1].upper()))
        persons = sorted({person for *_, person in found})
        tested = set(persons[self.fold :: self.FOLDS])
        return [
            FaceRecord(
                source=name,
                image=name,
                split="test" if person in tested else "train",
                labels={"expression": label},
                subject=person,
            )
            for name, label, person in found
        ]
