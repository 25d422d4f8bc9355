"""Replay of one recorded training step of the released MCF code."""

import json
from collections.abc import Mapping

import numpy as np
import torch
from mmengine.registry import DefaultScope
from torch import Tensor
from torch.nn import functional as F

from mcf.checkpoint import released_mcf_state, released_name
from mcf.models.masking import Mask, mask_smallest_kept
from mcf.models.selfsup import MCF
from mcf.models.targets import TeacherTarget
from mcf.registry import MODELS
from projects.parity.check import Check, relative_difference

TEACHER_PREFIX = "target_generator.model."
ACTIVATION_LIMIT = 1e-4
GRADIENT_LIMIT = 1e-3


class _RecordedMasks:
    """Gives out the recorded masks in the order in which the model asks."""

    def __init__(self, masks: list[Mask]) -> None:
        self.masks = masks

    def __call__(
        self, batch_size: int, grid: tuple[int, int], **device: object
    ) -> Mask:
        return self.masks.pop(0)


def replay_mcf_step(recording: Mapping[str, np.ndarray]) -> list[Check]:
    """Build our model from a recording, take its step and compare everything.

    Args:
        recording: Arrays of a ``kind = mcf_step`` recording; all sizes are read from
            it.

    Returns:
        One check for each recorded quantity; the gradients and the momentum encoder
        have one per tensor.
    """
    config = json.loads(str(recording["config_json"]))
    state = released_mcf_state(
        {
            key.removeprefix("state/"): torch.from_numpy(recording[key])
            for key in recording
            if key.startswith("state/")
        }
    )
    model = _load(_build(config, state), state)
    seen = _observe(model)
    images = _normalise(recording["image_u8"], config)
    model.masking = _RecordedMasks(
        [
            mask_smallest_kept(torch.from_numpy(recording[key]), config["mask_ratio"])
            for key in ("noise_online", "noise_target")
        ]
    )
    mask = model.masking.masks[0].mask
    losses = model.loss(images)
    total = losses["loss_feature"] + losses["loss_contrastive"]
    total.backward()

    ours = {
        "loss_feature_sum": losses["loss_feature"] / config["feature_weight"],
        "loss_contrastive": losses["loss_contrastive"],
        "loss_total": total,
        "mask": mask,
        **seen,
    }
    for i, features in enumerate(model.target_generator(images)):
        normalised = F.normalize(features, dim=1)
        key = f"teacher_feature_normalised_{i}"
        ours[key] = normalised[..., : recording[key].shape[-1]]
    checks = [_check(k, v, recording[k], ACTIVATION_LIMIT) for k, v in ours.items()]
    return checks + _check_gradients(model, recording) + _check_target(model, recording)


def _build(config: dict, state: Mapping[str, Tensor]) -> MCF:
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        teacher = MODELS.build(_teacher_config(config, state))
        teacher.load_state_dict(
            {
                key.removeprefix(TEACHER_PREFIX): value
                for key, value in state.items()
                if key.startswith(TEACHER_PREFIX)
            }
        )
        mean, std = (
            [255 * v for v in config[key]] for key in ("image_mean", "image_std")
        )
        mlp = dict(
            type="NonLinearNeck",
            hid_channels=config["projector_hidden"],
            out_channels=config["projector_dims"],
            with_avg_pool=False,
            norm_cfg=dict(type="BN1d"),
        )
        model = MCF(
            backbone=dict(
                type="mcf.MaskedViT",
                arch=_arch(config, ""),
                img_size=config["img_size"],
                patch_size=config["patch_size"],
                norm_cfg=dict(type="LN", eps=config["ln_eps"]),
            ),
            masking=dict(type="mcf.RandomMasking", ratio=config["mask_ratio"]),
            neck=dict(
                type="mcf.PseudoImageDecoder",
                img_size=config["img_size"],
                patch_size=config["patch_size"],
                encoder_dims=config["embed_dims"],
                embed_dims=config["decoder_embed_dims"],
                depth=config["decoder_depth"],
                num_heads=config["decoder_num_heads"],
                mlp_ratio=config["mlp_ratio"],
            ),
            target_generator=TeacherTarget(
                teacher,
                [f"layers.{i}" for i in config["teacher_out_indices"]],
                mean=mean,
                std=std,
                input_size=teacher.img_size[0],
            ),
            feature_loss=dict(
                type="mcf.FeatureDistanceLoss", loss_weight=config["feature_weight"]
            ),
            projector=dict(
                in_channels=config["embed_dims"], with_last_bn_affine=False, **mlp
            ),
            head=dict(
                type="mcf.ContrastiveHead",
                predictor=dict(
                    in_channels=config["projector_dims"], with_last_bn=False, **mlp
                ),
                temperature=config["temperature"],
            ),
            momentum_encoder=dict(momentum=config["momentum"]),
            data_preprocessor=dict(mean=mean, std=std, to_rgb=True),
        )
    return model.train()


def _arch(config: dict, prefix: str) -> dict:
    embed_dims = config[f"{prefix}embed_dims"]
    return dict(
        embed_dims=embed_dims,
        num_layers=config[f"{prefix}num_layers"],
        num_heads=config[f"{prefix}num_heads"],
        feedforward_channels=int(config["mlp_ratio"] * embed_dims),
    )


def _teacher_config(config: dict, state: Mapping[str, Tensor]) -> dict:
    num_patches = state[TEACHER_PREFIX + "pos_embed"].shape[1] - 1
    return dict(
        type="VisionTransformer",
        arch=_arch(config, "teacher_"),
        img_size=round(num_patches**0.5) * config["teacher_patch_size"],
        patch_size=config["teacher_patch_size"],
        norm_cfg=dict(type="LN", eps=config["ln_eps"]),
    )


def _load(model: MCF, state: Mapping[str, Tensor]) -> MCF:
    trained = {k: v for k, v in state.items() if not k.startswith(TEACHER_PREFIX)}
    # The recorded momentum encoder has a history, so the first update is no copy.
    trained["momentum_encoder.steps"] = torch.tensor(1)
    model.load_state_dict(trained)
    return model


def _observe(model: MCF) -> dict[str, Tensor]:
    """Collect what the modules return while the model computes its loss."""
    seen = {}
    model.neck.register_forward_hook(
        lambda module, inputs, output: seen.update(pseudo_image=output)
    )
    model.head.predictor.register_forward_hook(
        lambda module, inputs, output: seen.update(query=output[0])
    )
    model.momentum_encoder.module["projector"].register_forward_hook(
        lambda module, inputs, output: seen.update(key=output[0])
    )
    return seen


def _normalise(images: np.ndarray, config: dict) -> Tensor:
    mean, std = (
        torch.tensor(config[key]).view(3, 1, 1) for key in ("image_mean", "image_std")
    )
    return (torch.from_numpy(images).float() / 255 - mean) / std


def _check(name: str, ours: Tensor, recorded: np.ndarray, limit: float) -> Check:
    return Check(name, relative_difference(ours.detach().numpy(), recorded), limit)


def _check_gradients(model: MCF, recording: Mapping[str, np.ndarray]) -> list[Check]:
    ours = {
        released_name(name): parameter.grad
        for name, parameter in model.named_parameters()
        if parameter.grad is not None
    }
    recorded = {k.removeprefix("grad/"): k for k in recording if k.startswith("grad/")}
    return [
        _check(f"grad/{name}", ours[name], recording[recorded[name]], GRADIENT_LIMIT)
        if name in ours and name in recorded
        else Check(f"grad/{name} (on one side only)", float("inf"), GRADIENT_LIMIT)
        for name in sorted(ours.keys() | recorded.keys())
    ]


def _check_target(model: MCF, recording: Mapping[str, np.ndarray]) -> list[Check]:
    ours = {
        released_name(name).removeprefix("target_encoder."): value
        for name, value in model.state_dict().items()
        if name.startswith("momentum_encoder.module.")
    }
    prefix = "target_after/"
    return [
        _check(key, ours[key.removeprefix(prefix)], recording[key], ACTIVATION_LIMIT)
        for key in recording
        if key.startswith(prefix)
    ]
