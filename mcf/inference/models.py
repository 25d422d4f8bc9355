"""Networks on crops: the one seam between faces and whatever computes."""

from typing import TYPE_CHECKING, Protocol

import numpy as np

from mcf.crops.rule import CropRule
from mcf.datasets.parsing.class_sets import ClassSet

if TYPE_CHECKING:
    from torch import Tensor


class LandmarkModel(Protocol):
    """Finds points in crops.

    Attributes:
        rule: How its crops are cut: a rule of ours or whatever cuts like one.
        schema: Name of its points.
        count: How many there are, K.
    """

    rule: CropRule
    schema: str
    count: int

    def predict(self, crops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points [B,K,2] in pixels of uint8 BGR crops [B,h,w,3], and scores [B,K]."""
        ...


class ParsingModel(Protocol):
    """Finds parts in crops.

    Attributes:
        rule: How its crops are cut.
        class_set: What its C classes are.
    """

    rule: CropRule
    class_set: ClassSet

    def predict(self, crops: np.ndarray) -> "Tensor | np.ndarray":
        """Logits [B,C,h,w] of uint8 BGR crops [B,h,w,3]; tensors on any device."""
        ...


class JointModel(Protocol):
    """Finds points and parts of a crop in one pass.

    Attributes:
        rule: How its crops are cut.
        schema: Name of its points.
        count: How many there are, K.
        class_set: What its C classes are.
    """

    rule: CropRule
    schema: str
    count: int
    class_set: ClassSet

    def predict(
        self, crops: np.ndarray
    ) -> "tuple[np.ndarray, np.ndarray, Tensor | np.ndarray]":
        """Points [B,K,2] in pixels of the crops, scores [B,K] and logits [B,C,h,w].

        Args:
            crops: uint8 BGR [B,h,w,3].
        """
        ...


class AttributeModel(Protocol):
    """Predicts the attributes of faces in crops.

    Attributes:
        rule: How its crops are cut.
        names: Of its attributes.
    """

    rule: CropRule
    names: tuple[str, ...]

    def predict(self, crops: np.ndarray) -> np.ndarray:
        """Probabilities float32 [B,A] of uint8 BGR crops [B,h,w,3]."""
        ...


class EmbeddingModel(Protocol):
    """Describes crops by vectors.

    Attributes:
        rule: How its crops are cut.
        length: Of a vector, C.
    """

    rule: CropRule
    length: int

    def predict(self, crops: np.ndarray) -> np.ndarray:
        """float32 [B,C] of uint8 BGR crops [B,h,w,3]."""
        ...
