"""A whole pre-training run in miniature, as files: config, teacher, images."""

from pathlib import Path

import cv2
import numpy as np
import torch
from mmengine.config import Config
from mmpretrain.models import VisionTransformer

ROOT = Path(__file__).resolve().parents[2]
ARCH = dict(embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32)


def write_run(folder: Path) -> Path:
    """Write everything and return the config's path.

    28 images in batches of 4 are 7 iterations an epoch: groups of two micro-batches
    reach across epochs, and the last group of the run is a single one.
    """
    images = folder / "images"
    images.mkdir()
    random = np.random.default_rng(0)
    for i in range(28):
        low = random.integers(0, 256, (5, 5, 3), dtype=np.uint8)
        image = cv2.resize(low, (40, 36), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(images / f"{i:02d}.png"), image)
    teacher = dict(type="VisionTransformer", arch=ARCH, img_size=32, patch_size=8)
    torch.manual_seed(1)
    torch.save(
        VisionTransformer(arch=ARCH, img_size=32, patch_size=8).state_dict(),
        folder / "teacher.pth",
    )
    path = folder / "tiny_mcf.py"
    path.write_text(_config(teacher, folder))
    Config.fromfile(path)  # fails here, with a line number, rather than in the run
    return path


def _config(teacher: dict, folder: Path) -> str:
    mlp = dict(
        type="NonLinearNeck",
        hid_channels=16,
        out_channels=8,
        with_avg_pool=False,
        norm_cfg=dict(type="BN1d"),
    )
    preprocessor = dict(
        type="SelfSupDataPreprocessor",
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        to_rgb=True,
    )
    model = dict(
        type="mcf.MCF",
        backbone=dict(
            type="mcf.MaskedViT",
            arch=ARCH,
            img_size=32,
            patch_size=8,
            drop_path_rate=0.2,
        ),
        masking=dict(type="mcf.RandomMasking", ratio=0.75),
        neck=dict(
            type="mcf.PseudoImageDecoder",
            img_size=32,
            patch_size=8,
            encoder_dims=16,
            embed_dims=8,
            depth=1,
            num_heads=2,
        ),
        target_generator=dict(
            type="mcf.TeacherTarget",
            model=teacher,
            taps=["layers.0", "layers.1"],
            checkpoint=str(folder / "teacher.pth"),
        ),
        feature_loss=dict(type="mcf.FeatureDistanceLoss"),
        projector=dict(in_channels=16, with_last_bn_affine=False, **mlp),
        head=dict(
            type="mcf.ContrastiveHead",
            predictor=dict(in_channels=8, with_last_bn=False, **mlp),
        ),
        momentum_encoder=dict(momentum=0.9, end_momentum=1.0),
        data_preprocessor=preprocessor,
    )
    loader = dict(
        batch_size=4,
        num_workers=2,
        persistent_workers=True,
        drop_last=True,
        collate_fn=dict(type="default_collate"),
        sampler=dict(type="mcf.SeededSampler"),
        dataset=dict(
            type="mcf.SeededDataset",
            dataset=dict(
                type="mcf.FaceImages",
                store=dict(type="mcf.FolderStore", root=str(folder / "images")),
                pipeline=[
                    dict(type="mcf.DecodeImage"),
                    dict(type="RandomResizedCrop", scale=32),
                    dict(type="RandomFlip", prob=0.5),
                    dict(type="PackInputs", meta_keys=("img_path", "bad_images")),
                ],
            ),
        ),
    )
    settings = dict(
        _base_=[str(ROOT / "configs/_base_/default_runtime.py")],
        model=model,
        train_dataloader=loader,
        train_cfg=dict(type="mcf.ResumableEpochLoop", max_epochs=8),
        optim_wrapper=dict(
            type="mcf.OptimWrapper",
            optimizer=dict(type="AdamW", lr=1e-3, weight_decay=0.05),
            accumulative_counts=2,
        ),
        param_scheduler=[
            dict(type="LinearLR", start_factor=0.1, by_epoch=False, end=5),
            dict(
                type="CosineAnnealingLR",
                by_epoch=True,
                begin=1,
                end=8,
                T_max=7,
                convert_to_iter_based=True,
            ),
        ],
        default_hooks=dict(
            logger=dict(type="LoggerHook", interval=1),
            checkpoint=dict(
                type="mcf.AtomicCheckpointHook",
                interval=8,
                by_epoch=False,
                max_keep_ckpts=2,
            ),
        ),
    )
    return "\n".join(f"{name} = {value!r}" for name, value in settings.items())
