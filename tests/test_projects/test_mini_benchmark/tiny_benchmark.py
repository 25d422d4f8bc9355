"""Arms and a protocol that take seconds, as files: drawn faces, the real parts."""

from pathlib import Path

CONFIGS = (
    Path(__file__).resolve().parents[3] / "projects" / "mini_benchmark" / "configs"
)


def write_arm(folder: Path, name: str, **settings: object) -> Path:
    """Arm that inherits a real one, two epochs of two batches."""
    content = dict(
        _base_=[str(CONFIGS / f"{name}.py")],
        train_dataloader=dict(batch_size=8, num_workers=0, persistent_workers=False),
        **settings,
    )
    return _write(folder / f"{name}.py", content)


def write_protocol(folder: Path) -> Path:
    """Protocol with both probes and both tasks, one share of one epoch each."""
    landmarks = dict(type="mcf.SyntheticLandmarks", split="test", length=9, size=64)
    parts = dict(type="mcf.SyntheticParsing", length=4, size=64)
    probes = [
        dict(type="mcf.LandmarkProbe", dataset=landmarks, neighbours=3, folds=3),
        dict(
            type="mcf.PartsProbe",
            train=dict(parts, split="train"),
            test=dict(parts, split="test"),
        ),
    ]
    tasks = dict(
        alignment=("landmark/full/nme_interocular", "alignment_drawn"),
        parsing=("parsing/mF1", "parsing_drawn"),
    )
    for _, config in tasks.values():
        loader = dict(num_workers=0, persistent_workers=False)
        _write(
            folder / f"{config}.py",
            dict(
                _base_=[str(CONFIGS / "fine_tuning" / f"{config}.py")],
                train_dataloader=dict(
                    loader, batch_size=4, dataset=dict(dataset=dict(length=8))
                ),
                val_dataloader=dict(loader, dataset=dict(length=4)),
                test_dataloader=dict(loader, dataset=dict(length=4)),
                train_cfg=dict(max_epochs=1, val_interval=1),
            ),
        )
    content = dict(
        store=dict(type="mcf.SyntheticFaceStore", length=16, size=64, seed=0),
        interval=1,
        curve=probes[1:],
        frozen=probes,
        fine_tuning={
            name: dict(config=f"{config}.py", score=score, shares=[0.5])
            for name, (score, config) in tasks.items()
        },
    )
    return _write(folder / "protocol.py", content)


def _write(path: Path, content: dict) -> Path:
    path.write_text("\n".join(f"{key} = {value!r}" for key, value in content.items()))
    return path
