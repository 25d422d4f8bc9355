"""Options that name models, and the inferencer of them."""

import argparse
from typing import TYPE_CHECKING

from mcf.commands.parser import add_device

if TYPE_CHECKING:
    from mcf.inference import FaceInferencer


class OneOrTwo(argparse.Action):
    """Takes a name, or config and checkpoint; more is a wrong call."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: list[str],
        option_string: str | None = None,
    ) -> None:
        """Store at most two words."""
        if len(values) > 2:
            parser.error(
                f"{option_string} takes a name, or a config and a checkpoint, not "
                f"{len(values)} words; give the images first"
            )
        setattr(namespace, self.dest, values)


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Models by task, detector, device and batch size."""
    for task in ("landmarks", "parsing"):
        parser.add_argument(
            f"--{task}",
            nargs="+",
            action=OneOrTwo,
            metavar="MODEL",
            help="name from `mcf models`, or config and checkpoint of a run",
        )
    parser.add_argument(
        "--joint",
        nargs=2,
        metavar=("CONFIG", "CHECKPOINT"),
        help="of a run, or of `mcf join`, that finds points and parts in one pass",
    )
    parser.add_argument("--attributes", metavar="MODEL", help="name from `mcf models`")
    parser.add_argument(
        "--embedding",
        metavar="MODEL",
        help="backbone exported by a pre-training run, or name from `mcf models`",
    )
    parser.add_argument(
        "--onnx",
        action="append",
        default=[],
        metavar="FILE",
        help="network that `mcf export` wrote, for any task; can be repeated",
    )
    parser.add_argument(
        "--detector",
        choices=["retinaface", "none"],
        default="retinaface",
        help="what finds the faces; none: each image is one face",
    )
    add_device(parser)
    parser.add_argument(
        "--batch-size", type=int, default=16, help="faces at a time (default: 16)"
    )


def spec(name: str, checkpoint: str | None = None) -> str | tuple[str, str]:
    """A model's name alone, or config and checkpoint.

    Raises:
        ValueError: If a config stands alone.
    """
    if checkpoint is None and name.endswith(".py"):
        raise ValueError(f"{name} is a config: name its checkpoint after it")
    return name if checkpoint is None else (name, checkpoint)


def build(
    args: argparse.Namespace, *, max_faces: int | None = None
) -> "FaceInferencer":
    """The inferencer that :func:`add_model_options` and ``--max-pixels`` ask for.

    Raises:
        FileNotFoundError: If a model is missing.
        ImportError: If a package is.
        ValueError: If a model does not fit, or a device is not there.
    """
    try:
        return _built(args, max_faces)
    except RuntimeError as error:  # of torch, about devices and shapes
        raise ValueError(error) from error


def _built(args: argparse.Namespace, max_faces: int | None) -> "FaceInferencer":
    from mcf.inference import FaceInferencer

    models = dict(
        landmarks=args.landmarks and spec(*args.landmarks),
        parsing=args.parsing and spec(*args.parsing),
        embedding=args.embedding,
        joint=args.joint and tuple(args.joint),
        attributes=args.attributes,
    )
    if args.onnx:
        from mcf.inference.onnx_models import open_onnx_model
    for file in args.onnx:
        model = open_onnx_model(file, device=args.device)
        if models[model.task] is not None:
            raise ValueError(f"{file}: another network for {model.task} is given too")
        models[model.task] = model
    return FaceInferencer(
        **models,
        detector=None if args.detector == "none" else args.detector,
        device=args.device,
        batch_size=args.batch_size,
        max_pixels=args.max_pixels,
        max_faces=max_faces,
    )
