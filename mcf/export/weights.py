"""Pre-trained ViTs as folders that other libraries load by their own means."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mcf.checkpoint import (
    FORMATS,
    CheckpointFile,
    backbone_config,
    declared_network,
    detect_format,
    from_mmpretrain,
    save_checkpoint,
    stated_heads,
    to_mmpretrain,
)
from mcf.utils.atomic_file import write_atomically
from mcf.utils.declared import MEAN, STD, crop_recipe, said_by
from mcf.version import __version__

from .agreement import check_agreement

Files = dict[str, dict]
"""JSON files by name."""


@dataclass(frozen=True)
class Vit:
    """Settings of a ViT.

    Attributes:
        config: Of mmpretrain's ``VisionTransformer``.
        mean: Of its input, RGB, 0-255 scale; None if the file does not say.
        std: Deviation of its input, RGB, 0-255 scale; None if the file does not say.
    """

    config: Mapping
    mean: tuple[float, ...] | None
    std: tuple[float, ...] | None

    @property
    def arch(self) -> Mapping[str, int]:
        """Width, depth, heads and hidden width."""
        return self.config["arch"]

    def fractions(self) -> tuple[list[float], list[float]]:
        """Mean and standard deviation on the 0-1 scale.

        Raises:
            ValueError: If the file does not say them.
        """
        if self.mean is None or self.std is None:
            raise ValueError(
                "the file does not say what mean and standard deviation its images "
                "have; export the backbone_*.pth of a run, or convert the bare weights "
                "by tools/convert_checkpoint.py"
            )
        mean, std = ([round(v / 255, 6) for v in x] for x in (self.mean, self.std))
        return mean, std


def mmpretrain_files(vit: Vit) -> Files:
    """``config.json`` is the config of the backbone."""
    return {"config.json": dict(vit.config)}


def timm_files(vit: Vit) -> Files:
    """Files for ``timm.create_model("local-dir:FOLDER", pretrained=True)``."""
    arch, side = vit.arch, vit.config["img_size"]
    mean, std = vit.fractions()
    config = dict(
        architecture="vit_base_patch16_224",  # whose settings are all replaced:
        model_args=dict(
            img_size=side,
            patch_size=vit.config["patch_size"],
            embed_dim=arch["embed_dims"],
            depth=arch["num_layers"],
            num_heads=arch["num_heads"],
            mlp_ratio=arch["feedforward_channels"] / arch["embed_dims"],
        ),
        num_classes=0,
        num_features=arch["embed_dims"],
        global_pool="token",
        pretrained_cfg=dict(
            num_classes=0,
            input_size=[vit.config["in_channels"], side, side],
            fixed_input_size=True,
            mean=mean,
            std=std,
            crop_pct=1.0,
            interpolation="bilinear",
            first_conv="patch_embed.proj",
            classifier="head",
        ),
    )
    return {"config.json": config}


def huggingface_files(vit: Vit) -> Files:
    """Files for ``transformers.ViTModel.from_pretrained(FOLDER)``."""
    arch, side = vit.arch, vit.config["img_size"]
    mean, std = vit.fractions()
    config = dict(
        architectures=["ViTModel"],
        model_type="vit",
        hidden_size=arch["embed_dims"],
        num_hidden_layers=arch["num_layers"],
        num_attention_heads=arch["num_heads"],
        intermediate_size=arch["feedforward_channels"],
        hidden_act="gelu",
        layer_norm_eps=vit.config["norm_cfg"]["eps"],
        qkv_bias=True,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        image_size=side,
        patch_size=vit.config["patch_size"],
        num_channels=vit.config["in_channels"],
    )
    images = dict(
        image_processor_type="ViTImageProcessor",
        do_resize=True,
        size=dict(height=side, width=side),
        resample=2,  # bilinear
        do_rescale=True,
        rescale_factor=1 / 255,
        do_normalize=True,
        image_mean=mean,
        image_std=std,
    )
    return {"config.json": config, "preprocessor_config.json": images}


SINGLE_FILES = (".safetensors", ".pth", ".onnx")
"""Endings that no folder is meant to have."""

TARGETS: dict[str, Callable[[Vit], Files]] = dict(
    timm=timm_files, mmpretrain=mmpretrain_files, huggingface=huggingface_files
)


def export_weights(
    checkpoint: str | Path, folder: str | Path, *, target: str
) -> list[Path]:
    """Write a ViT as ``model.safetensors`` with the ``config.json`` of a library.

    Args:
        checkpoint: A file of any format of :mod:`mcf.checkpoint`; that of a run
            (``backbone_*.pth``) also says what images the network takes.
        folder: Where to write; made if absent.
        target: ``timm``, ``mmpretrain`` or ``huggingface``.

    Returns:
        The files.

    Raises:
        FileNotFoundError: If there is no such checkpoint.
        ValueError: If the file holds no ViT that the library knows, does not say
            enough about it, or says other settings than those of its family.
    """
    if target not in TARGETS:
        raise ValueError(f"no target {target!r}; choose from {', '.join(TARGETS)}")
    folder = Path(folder).expanduser()
    if folder.suffix in SINGLE_FILES or folder.is_file():
        raise ValueError(
            f"{folder} must be a folder, for model.safetensors and config.json; a "
            "single file is written by tools/convert_checkpoint.py"
        )
    file = CheckpointFile(checkpoint)
    found, meta = file.state(), file.meta
    source = detect_format(found)
    with said_by(checkpoint):
        vit = _vit(found, source, meta)
        crop = None if meta.get("crop") is None else crop_recipe(meta["crop"], "crop")
    if target != "mmpretrain" and not vit.config["final_norm"]:
        raise ValueError(
            f"{checkpoint}: fine-tuning left this backbone without its last norm, so "
            f"{target} cannot use it; choose mmpretrain"
        )
    state = from_mmpretrain(to_mmpretrain(found, source), target)
    files = TARGETS[target](vit)
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "model.safetensors"
    about = dict(
        format="pt",  # transformers asks for it
        contains=f"ViT backbone in the names of {target}",
        converted_from=f"{source}: {Path(checkpoint).name}",
        mcf_version=__version__,
    )
    if crop is not None:
        about["crop"] = crop
    save_checkpoint(weights, state, about)
    for name, content in files.items():
        text = json.dumps(content, indent=2) + "\n"
        write_atomically(text.encode(), folder / name)
    return [weights, *(folder / name for name in files)]


def _vit(found: Mapping, source: str, meta: Mapping) -> Vit:
    """Settings by the file's own account where it has one, else by format."""
    statistics = FORMATS[source].statistics
    known = (statistics.mean, statistics.std) if statistics else (None, None)
    mean, std = (
        default if meta.get(name) is None else check(meta[name], name)
        for name, check, default in zip(("mean", "std"), (MEAN, STD), known)
    )
    said = meta.get("backbone")
    stated = {} if said is None else declared_network(said)
    config = backbone_config(found, source, num_heads=stated_heads(meta))
    if stated:
        check_agreement(stated, config)
    return Vit(config, mean, std)
