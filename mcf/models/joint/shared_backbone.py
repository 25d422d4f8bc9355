"""One backbone, and pyramid, under the heads of several tasks."""

from collections.abc import Mapping, Sequence

import torch
from mmengine.model import BaseModel, BaseModule
from mmengine.structures import BaseDataElement
from torch import Tensor, nn

from mcf.registry import MODELS

OWN = ("backbone", "data_preprocessor")
"""What a task's config may not have, for the joint model has it."""


@MODELS.register_module()
class GivenFeatures(BaseModule):
    """Stands for the backbone in a task's network: its input *is* the features."""

    def forward(self, features: Sequence[Tensor]) -> Sequence[Tensor]:
        """The features as they are."""
        return features


@MODELS.register_module()
class SharedBackbone(BaseModel):
    """A backbone whose features are computed once for any set of tasks.

    A task is a network of mmpose, mmsegmentation or mmpretrain without backbone and
    data preprocessor, with or without a neck of its own. Its losses, decoding and
    predictions are its own. Samples say which task their labels are for
    (:class:`mcf.datasets.JointFaces`); in training a task sees its own samples alone,
    and a task that a batch has no labels for computes no loss.

    Args:
        backbone: Config; gives a tuple of maps.
        tasks: Config of each task's network by name, with its host as ``_scope_``
            (``mmpose``, ``mmseg``, ``mmpretrain``).
        neck: Config of what all tasks share on top of the backbone, or several, one
            after the other.
        loss_weights: Of all losses of a task, by name; 1 for those left out.
        data_preprocessor: Config of an ``ImgDataPreprocessor``: all crops have one
            size and one normalisation.

    Raises:
        ValueError: If there is no task, a weight names none or is negative, or a task
            has a backbone or preprocessor of its own or is tested with flips.
    """

    def __init__(
        self,
        *,
        backbone: dict,
        tasks: Mapping[str, dict],
        neck: dict | Sequence[dict] | None = None,
        loss_weights: Mapping[str, float] | None = None,
        data_preprocessor: dict | None = None,
    ) -> None:
        super().__init__(data_preprocessor)
        self.loss_weights = dict.fromkeys(tasks, 1.0) | dict(loss_weights or {})
        _check(tasks, self.loss_weights)
        self.backbone = MODELS.build(backbone)
        necks = [neck] if isinstance(neck, Mapping) else list(neck or ())
        self.neck = nn.Sequential(*map(MODELS.build, necks))
        given = dict(type="mcf.GivenFeatures")
        self.tasks = nn.ModuleDict(
            {
                name: MODELS.build({**task, "backbone": dict(given)})
                for name, task in tasks.items()
            }
        )

    def extract_feat(self, inputs: Tensor) -> Sequence[Tensor]:
        """What all tasks see of normalised crops [B,3,H,W]."""
        features = self.neck(self.backbone(inputs))
        return (features,) if isinstance(features, Tensor) else features

    def forward(
        self,
        inputs: Tensor,
        data_samples: list[BaseDataElement] | None = None,
        mode: str = "tensor",
    ) -> dict[str, Tensor] | list[BaseDataElement] | Sequence[Tensor]:
        """Losses ``TASK.NAME`` (mode ``loss``), samples with predictions, or features.

        Args:
            inputs: Normalised crops [B,3,H,W].
            data_samples: B samples with ``task`` in their meta information.
            mode: ``loss``, ``predict`` or ``tensor``.

        Raises:
            ValueError: If a sample says no task of this model.
        """
        if mode == "tensor":
            return self.extract_feat(inputs)
        each = self._places(data_samples)
        features = self.extract_feat(inputs)
        losses: dict[str, Tensor] = {}
        answers = list(data_samples)
        for name, places in each.items():
            own = tuple(one[places] for one in features)
            samples = [data_samples[i] for i in places]
            if mode == "loss":
                found = self.tasks[name].loss(own, samples)
                losses |= _weighted(found, name, self.loss_weights[name])
                continue
            for i, answer in zip(places, self.tasks[name].predict(own, samples)):
                answers[i] = answer
        return losses if mode == "loss" else answers

    def _places(self, samples: Sequence[BaseDataElement]) -> dict[str, list[int]]:
        """Which samples have labels of each task; tasks without any are left out."""
        places: dict[str, list[int]] = {}
        for i, sample in enumerate(samples):
            task = sample.get("task")
            if task not in self.tasks:
                raise ValueError(
                    f"{sample.get('img_path', f'sample {i}')} has labels for the task "
                    f"{task!r}; this model has {', '.join(self.tasks)}. Name the data "
                    "sets of mcf.JointFaces as the tasks"
                )
            places.setdefault(task, []).append(i)
        return places


def _check(tasks: Mapping[str, dict], weights: Mapping[str, float]) -> None:
    if not tasks:
        raise ValueError("tasks={}: a joint model has one task at least")
    for name, weight in weights.items():
        if name not in tasks or weight < 0:
            raise ValueError(
                f"loss_weights: {name}={weight}; give numbers from 0 for "
                f"{', '.join(tasks)}"
            )
    for name, task in tasks.items():
        if "." in name:
            raise ValueError(f"task {name!r}: a name has no dot")
        if own := [key for key in OWN if key in task]:
            raise ValueError(
                f"task {name} has a {own[0]} of its own; the joint model has one for "
                "all tasks"
            )
        if (task.get("test_cfg") or {}).get("flip_test"):
            raise ValueError(
                f"task {name}: features of mirrored faces are not computed: set its "
                "test_cfg.flip_test=False"
            )


def _weighted(
    losses: Mapping[str, Tensor | Sequence[Tensor]], task: str, weight: float
) -> dict[str, Tensor]:
    """Losses of a task under its name; what is no loss keeps its size."""
    named = {}
    for name, value in losses.items():
        value = torch.stack(list(value)) if not isinstance(value, Tensor) else value
        named[f"{task}.{name}"] = weight * value if "loss" in name else value
    return named
