"""What the demo runs: sizes, commands and the places of their results."""

from dataclasses import dataclass
from pathlib import Path

from mcf.demo.jobs import Job

PRETRAIN = "mcf_vit-tiny-p14_1xb64-fp32-coslr-10e_faces-112"
ALIGN = "mcf_vit-tiny-p14_simcc_1xb8-fp32-coslr-12e_synthetic68-112"
PARSE = "mcf_vit-tiny-p14_uper_1xb4-fp32-4e_synthetic-112"
BATCH, ALIGN_BATCH, PARSE_BATCH = 32, 8, 4
STARTS = ("pretrained", "scratch")


@dataclass(frozen=True)
class Sizes:
    """How much is drawn and trained.

    Attributes:
        faces: Without labels, for pre-training.
        epochs: Of pre-training.
        align_faces: With points.
        align_epochs: Of fine-tuning for points.
        parse_faces: With parts.
        parse_epochs: Of fine-tuning for parts.
        tested: Faces of each validation and test set.
    """

    faces: int = 1_600
    epochs: int = 3
    align_faces: int = 192
    align_epochs: int = 8
    parse_faces: int = 256
    parse_epochs: int = 3
    tested: int = 48


QUICK = Sizes(
    faces=64,
    epochs=2,
    align_faces=16,
    align_epochs=2,
    parse_faces=8,
    parse_epochs=2,
    tested=8,
)
"""Sizes that show whether everything runs."""


@dataclass(frozen=True)
class Places:
    """Places of files below the folder of a demo."""

    out: Path

    @property
    def log(self) -> Path:
        """Everything that its commands print."""
        return self.out / "demo.log"

    @property
    def faces(self) -> Path:
        """Store of faces without labels."""
        return self.out / "faces"

    @property
    def pretrain(self) -> Path:
        """Run of pre-training."""
        return self.out / "pretrain"

    @property
    def backbone(self) -> Path:
        """What pre-training is for."""
        return self.pretrain / "backbone_online.pth"

    @property
    def probe(self) -> Path:
        """Folder of the probe's scores, ``probe.json``."""
        return self.out / "probe"

    def tuned(self, task: str, start: str) -> Path:
        """Run of ``alignment`` or ``parsing``, ``pretrained`` or from ``scratch``."""
        return self.out / task / start


def jobs(places: Places, sizes: Sizes) -> list[Job]:
    """All commands but the drawing and the report.

    Fine-tuning from scratch needs no backbone, so it runs beside pre-training.
    """
    first = [_pretrain(places, sizes)]
    scratch = [_align(places, sizes, "scratch"), _parse(places, sizes, "scratch")]
    probe = Job(
        "Probe of the frozen backbone",
        (
            *("probe", "--backbone", str(places.backbone), "--faces", "synthetic"),
            *("--pooling", "tokens", "--untrained", "1"),
            *("--out", str(places.probe / "probe.json")),
        ),
        places.probe,
        needs=(places.pretrain,),
    )
    last = [_align(places, sizes, "pretrained"), _parse(places, sizes, "pretrained")]
    return [*first, *scratch, *last, probe]


def _pretrain(places: Places, sizes: Sizes) -> Job:
    batches = sizes.faces // BATCH
    steps = sizes.epochs * batches
    warm_up = max(1, steps // 10)
    loader = "train_dataloader"
    options = [
        f"{loader}.batch_size={BATCH}",
        f"{loader}.num_workers=0",
        f"{loader}.persistent_workers=False",
        f"{loader}.pin_memory=False",
        f"{loader}.dataset.dataset.metainfo.dataset_name=drawn faces",
        f"train_cfg.max_epochs={sizes.epochs}",
        *(f"param_scheduler.{i}.by_epoch=False" for i in (0, 1)),
        *(f"param_scheduler.{i}.convert_to_iter_based=False" for i in (0, 1)),
        f"param_scheduler.0.end={warm_up}",
        f"param_scheduler.1.begin={warm_up}",
        f"param_scheduler.1.T_max={steps - warm_up}",
        f"param_scheduler.1.end={steps}",
        f"default_hooks.checkpoint.interval={batches}",
        "default_hooks.logger.interval=5",
        "log_processor.window_size=10",
    ]
    words = ("train", PRETRAIN, "--data", str(places.faces))
    return Job(
        "Pre-training without labels",
        (*words, "--out", str(places.pretrain), "--cfg-options", *options),
        places.pretrain,
        steps=steps,
    )


def _align(places: Places, sizes: Sizes, start: str) -> Job:
    batches = sizes.align_faces // ALIGN_BATCH
    options = [
        *_drawn("train", sizes.align_faces, "dataset.dataset"),
        *_drawn("val", sizes.tested),
        *_drawn("test", sizes.tested),
        f"param_scheduler.1.T_max={sizes.align_epochs}",
        f"param_scheduler.1.end={sizes.align_epochs}",
        f"train_cfg.max_epochs={sizes.align_epochs}",
        f"train_cfg.val_interval={sizes.align_epochs // 2}",
    ]
    steps = sizes.align_epochs * batches
    return _tune(places, "alignment", ALIGN, "Landmarks", start, options, steps)


def _parse(places: Places, sizes: Sizes, start: str) -> Job:
    options = [
        *_drawn("train", sizes.parse_faces, "dataset.dataset"),
        *_drawn("val", sizes.tested),
        *_drawn("test", sizes.tested),
        f"param_scheduler.0.T_max={sizes.parse_epochs}",
        f"param_scheduler.0.end={sizes.parse_epochs}",
        f"train_cfg.max_epochs={sizes.parse_epochs}",
        f"train_cfg.val_interval={sizes.parse_epochs}",
    ]
    steps = sizes.parse_epochs * (sizes.parse_faces // PARSE_BATCH)
    return _tune(places, "parsing", PARSE, "Parts", start, options, steps)


def _drawn(part: str, faces: int, dataset: str = "dataset") -> list[str]:
    """Draw so many faces in the process that needs them: each worker would draw all."""
    return [
        f"{part}_dataloader.{dataset}.length={faces}",
        f"{part}_dataloader.num_workers=0",
        f"{part}_dataloader.persistent_workers=False",
    ]


def _tune(
    places: Places,
    task: str,
    config: str,
    title: str,
    start: str,
    options: list[str],
    steps: int,
) -> Job:
    folder = places.tuned(task, start)
    words = ["train", config, "--out", str(folder)]
    words += ["--cfg-options", *options, "default_hooks.logger.interval=4"]
    from_backbone = start == "pretrained"
    if from_backbone:
        words += ["--init-from", str(places.backbone)]
    return Job(
        f"{title}, {'pre-trained' if from_backbone else 'from scratch'}",
        tuple(words),
        folder,
        needs=(places.pretrain,) * from_backbone,
        steps=steps,
    )
