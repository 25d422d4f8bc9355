"""Whether a file's own backbone config says what its weights are exported as."""

from collections.abc import Iterable, Mapping


def check_agreement(stated: Mapping, derived: Mapping) -> None:
    """Refuse to export weights under settings that are not theirs.

    Compared is what shapes do not settle: normalisation, activation, pre-norm and how
    patches are cut, with the defaults of mmpretrain's ``VisionTransformer`` for what a
    config leaves out.

    Args:
        stated: Backbone config in the file.
        derived: Config of the export.

    Raises:
        ValueError: If they differ.
    """
    theirs, ours = computation(stated), computation(derived)
    differences = [
        f"{name} {theirs[name]}, not {ours[name]}"
        for name in theirs
        if theirs[name] != ours[name]
    ]
    if differences:
        raise ValueError(
            f"the file's own config has {'; '.join(differences)} as the family of its "
            "weights: the libraries would compute something else. Export a backbone "
            "with the settings of its family"
        )


def computation(backbone: Mapping) -> dict[str, str]:
    """What a ViT config says of its layers, by name, each as a text to compare."""
    layers = backbone.get("layer_cfgs") or {}
    layers = [layers] if isinstance(layers, Mapping) else layers
    norm = backbone.get("norm_cfg") or dict(type="LN", eps=1e-6)
    norms = [norm, *(layer["norm_cfg"] for layer in layers if "norm_cfg" in layer)]
    activations = [layer.get("act_cfg", dict(type="GELU")) for layer in layers]
    return {
        "norm_cfg": _texts({"eps": 1e-5, **one} for one in norms),
        "act_cfg": _texts(activations),
        "pre_norm": str(bool(backbone.get("pre_norm", False))),
        "patch_cfg": str(
            {k: v for k, v in (backbone.get("patch_cfg") or {}).items() if k != "bias"}
        ),
    }


def _texts(configs: Iterable[Mapping]) -> str:
    """Distinct settings, types without their scope: ``LN eps=1e-06``."""
    texts = set()
    for config in configs:
        kind = str(config["type"]).rpartition(".")[2]
        rest = {k: v for k, v in config.items() if k not in ("type", "requires_grad")}
        texts.add(" ".join([kind, *(f"{k}={v}" for k, v in sorted(rest.items()))]))
    return " and ".join(sorted(texts))
