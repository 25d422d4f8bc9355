"""Networks in the shape in which they are exported: one input, named outputs."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from mcf.inference.mmseg_crop import class_logits
from mcf.models.frozen_backbone import Pooling, pool_tokens, split_tokens

from .decoders import answer_of, decoder_of


class LandmarkGraph(nn.Module):
    """Backbone, neck and head of a pose estimator, with its decoder on request.

    Args:
        model: A ``TopdownPoseEstimator``.
        decode: Whether to give ``points`` and ``scores`` beside the head's own output.

    Raises:
        ValueError: If the head cannot be exported, or the model is tested with flips.
    """

    def __init__(self, model: nn.Module, *, decode: bool) -> None:
        super().__init__()
        if (model.test_cfg or {}).get("flip_test", False):
            raise ValueError(
                "an exported network sees each face once: export with "
                "--cfg-options model.test_cfg.flip_test=False"
            )
        self.model = model
        self.decoder = decoder_of(model.head)
        self.decode = decode

    @property
    def outputs(self) -> dict[str, str]:
        """What each output holds."""
        head = type(self.model.head).__name__
        outputs = dict.fromkeys(self.decoder.raw, f"output of {head}")
        if self.decode:
            outputs["points"] = "float32 [B,K,2] x, y in pixels of the crop"
            outputs["scores"] = "float32 [B,K]"
        return outputs

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Outputs of normalised crops [B,3,h,w]."""
        raw = self.model.head(self.model.extract_feat(images))
        raw = raw if isinstance(raw, tuple) else (raw,)
        return (*raw, *self.decoder(*raw)) if self.decode else raw

    def answer(self, outputs: Mapping[str, Tensor]) -> Tensor:
        """Points [B,K,2] by the named outputs, decoded here if they are not yet."""
        if self.decode:
            return outputs["points"]
        return self.decoder(*(outputs[name] for name in self.decoder.raw))[0]


class ParsingGraph(nn.Module):
    """An encoder-decoder, with the class of each pixel on request.

    Args:
        model: An ``EncoderDecoder`` of any head.
        decode: Whether to give ``labels`` beside the logits.

    Raises:
        ValueError: If the model is tested on sliding windows.
    """

    def __init__(self, model: nn.Module, *, decode: bool) -> None:
        super().__init__()
        mode = model.test_cfg.get("mode", "whole")
        if mode != "whole":
            raise ValueError(
                f"an exported network sees each face whole, not in mode {mode!r}: "
                "export with --cfg-options model.test_cfg.mode=whole"
            )
        self.model = model
        self.decode = decode

    @property
    def outputs(self) -> dict[str, str]:
        """What each output holds."""
        outputs = {"logits": "float32 [B,C,h,w] in the size of the crop"}
        if self.decode:
            outputs["labels"] = "uint8 [B,h,w] class ids of the crop's pixels"
        return outputs

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Outputs of normalised crops [B,3,h,w]."""
        meta = dict(img_shape=tuple(images.shape[2:]))
        logits = class_logits(self.model, self.model.encode_decode(images, [meta]))
        if not self.decode:
            return (logits,)
        return logits, logits.argmax(dim=1).to(torch.uint8)

    def answer(self, outputs: Mapping[str, Tensor]) -> Tensor:
        """Class ids [B,h,w] by the named outputs."""
        return outputs["labels"] if self.decode else outputs["logits"].argmax(dim=1)


class JointGraph(nn.Module):
    """Points and parts of one network, always decoded.

    Args:
        model: A :class:`mcf.models.joint.LandmarksAndParts`.
        size: Width and height of the crop.
    """

    outputs = {
        "points": "float32 [B,K,2] x, y in pixels of the crop",
        "scores": "float32 [B,K]",
        "logits": "float32 [B,C,h,w] in the size of the crop",
    }

    def __init__(self, model: nn.Module, size: tuple[int, int]) -> None:
        super().__init__()
        self.model = model
        self.register_buffer("size", torch.tensor(size, dtype=torch.float32))

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Outputs of normalised crops [B,3,h,w]."""
        points, scores, logits = self.model.answer(images)
        return points * self.size - 0.5, scores, logits

    def answer(self, outputs: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Points [B,K,2] and class ids [B,h,w] by the named outputs."""
        return outputs["points"], outputs["logits"].argmax(dim=1)


class SharedGraph(nn.Module):
    """All tasks of a shared backbone, always decoded; others than points and parts too.

    Args:
        model: A :class:`mcf.models.joint.SharedBackbone`.
        points: Name of the task that finds points.
        parts: Name of the task that finds parts.
    """

    def __init__(self, model: nn.Module, *, points: str, parts: str) -> None:
        super().__init__()
        self.model = model
        self.points, self.parts = points, parts
        self.decoder = decoder_of(model.tasks[points].head)
        self.others = {
            name: answer_of(task.head, name)
            for name, task in model.tasks.items()
            if name not in (points, parts)
        }

    @property
    def outputs(self) -> dict[str, str]:
        """What each output holds."""
        others = {name: holds for name, (_, holds) in self.others.items()}
        return JointGraph.outputs | others

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Outputs of normalised crops [B,3,h,w]."""
        features = self.model.extract_feat(images)
        tasks = self.model.tasks
        raw = tasks[self.points].head(tasks[self.points].extract_feat(features))
        points, scores = self.decoder(*(raw if isinstance(raw, tuple) else (raw,)))
        meta = dict(img_shape=tuple(images.shape[2:]))
        parts = tasks[self.parts]
        logits = class_logits(parts, parts.encode_decode(features, [meta]))
        others = (
            read(tasks[name].head(tasks[name].extract_feat(features)))
            for name, (read, _) in self.others.items()
        )
        return points, scores, logits, *others

    def answer(self, outputs: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Points [B,K,2] and class ids [B,h,w] by the named outputs."""
        return outputs["points"], outputs["logits"].argmax(dim=1)


class AttributeGraph(nn.Module):
    """A classifier of many labels, with probabilities on request.

    Args:
        model: An ``ImageClassifier`` whose head gives one logit an attribute.
        decode: Whether to give ``probabilities`` beside the logits.
    """

    def __init__(self, model: nn.Module, *, decode: bool) -> None:
        super().__init__()
        self.model = model
        self.decode = decode

    @property
    def outputs(self) -> dict[str, str]:
        """What each output holds."""
        outputs = {"logits": "float32 [B,A]"}
        if self.decode:
            outputs["probabilities"] = "float32 [B,A]"
        return outputs

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Outputs of normalised crops [B,3,h,w]."""
        logits = self.model.head(self.model.extract_feat(images))
        return (logits, logits.sigmoid()) if self.decode else (logits,)

    def answer(self, outputs: Mapping[str, Tensor]) -> Tensor:
        """Probabilities [B,A] by the named outputs."""
        return outputs["logits"].sigmoid()


class BackboneGraph(nn.Module):
    """A backbone, with its tokens pooled into one vector on request.

    Args:
        model: Any backbone; of a ViT all tokens are its output.
        pooling: Of the vector, ``mean`` or ``cls``.
        decode: Whether to give ``embedding`` beside the tokens.
    """

    def __init__(self, model: nn.Module, *, pooling: Pooling, decode: bool) -> None:
        super().__init__()
        self.model = model
        self.pooling = pooling
        self.decode = decode

    @property
    def outputs(self) -> dict[str, str]:
        """What each output holds."""
        outputs = {"tokens": "float32 [B,L,C] of the patches, row by row"}
        if getattr(self.model, "num_extra_tokens", 0):
            outputs["cls_token"] = "float32 [B,C]"
        if self.decode:
            outputs["embedding"] = f"float32 [B,C], pooling {self.pooling}"
        return outputs

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Outputs of normalised crops [B,3,h,w]."""
        cls_token, patches = split_tokens(self.model, images)
        outputs = (patches,) if cls_token is None else (patches, cls_token)
        if not self.decode:
            return outputs
        return (*outputs, pool_tokens(cls_token, patches, self.pooling))

    def answer(self, outputs: Mapping[str, Tensor]) -> Tensor:
        """Vectors [B,C] by the named outputs, pooled here if they are not yet."""
        if self.decode:
            return outputs["embedding"]
        return pool_tokens(outputs.get("cls_token"), outputs["tokens"], self.pooling)
