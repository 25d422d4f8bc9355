"""Whether an encoder and a decoder fit each other."""

from torch import nn

from mcf.models.backbones import MaskedEncoder


def check_encoder_and_decoder(backbone: nn.Module, neck: nn.Module) -> None:
    """Check that a decoder takes the tokens of an encoder.

    Args:
        backbone: Should keep the promises of a ``MaskedEncoder``.
        neck: With ``grid`` and ``decoder_embed``, like ``mcf.PseudoImageDecoder``.

    Raises:
        ValueError: If the backbone cannot mask, or the decoder is of another grid or
            width.
    """
    name = type(backbone).__name__
    if not isinstance(backbone, MaskedEncoder):
        raise ValueError(
            f"backbone {name} cannot encode a part of an image; wrap it: "
            "dict(type='mcf.MaskedBackbone', network=dict(...))"
        )
    grid = tuple(backbone.patch_resolution)
    if tuple(neck.grid) != grid:
        raise ValueError(
            f"backbone {name} has a grid of {grid} cells, the decoder one of "
            f"{tuple(neck.grid)}; set neck.patch_size to the cell's side, "
            f"{backbone.img_size[0] // grid[0]} pixels"
        )
    width = neck.decoder_embed.in_features
    if width != backbone.embed_dims:
        raise ValueError(
            f"backbone {name} gives tokens of {backbone.embed_dims} channels, "
            f"the decoder takes {width}; set neck.encoder_dims"
        )
