"""Taps: places in a network whose outputs are used as features."""

from collections.abc import Callable, Sequence

from torch import Tensor, nn

Taps = tuple[str, ...] | tuple[int, ...]


def check_taps(model: nn.Module, taps: Sequence[str] | Sequence[int]) -> Taps:
    """Taps of a network in their one form, once they are known to be meant well.

    Args:
        model: The network.
        taps: Names of sub-modules, as in ``model.named_modules()``, or places in the
            tuple that the network returns, negative ones from its end.

    Raises:
        ValueError: If there is no tap, one stands twice, names and places are mixed or
            a name is no sub-module.
    """
    taps = tuple(taps) if not isinstance(taps, (str, int)) else (taps,)
    if not taps or len(set(taps)) < len(taps):
        raise ValueError(f"taps {list(taps)}: name at least one, each once")
    if all(isinstance(tap, int) for tap in taps):
        return taps
    if not all(isinstance(tap, str) for tap in taps):
        raise ValueError(
            f"taps {list(taps)} mix names of sub-modules with places in the "
            "output; use one kind"
        )
    names = dict(model.named_modules())
    unknown = [tap for tap in taps if not tap or tap not in names]
    if unknown:
        raise ValueError(
            f"taps {unknown} name no sub-module of {type(model).__name__}; "
            f"its parts are {sorted(names)[1:40]} ..."
        )
    return taps


class _AllTapsSeen(Exception):
    """Ends a forward pass whose rest nobody needs."""


def tap_features(model: nn.Module, images: Tensor, taps: Taps) -> list[Tensor]:
    """Run a network no further than needed and collect its taps as tokens.

    Args:
        model: Any network that takes images.
        images: Its input [B, 3, H, W].
        taps: Result of :func:`check_taps`. What a tap returns (of a tuple, the first
            item) is a map [B, C, h, w] or tokens [B, N, C].

    Returns:
        One [B, N, C] tensor per tap, N = h * w for maps.

    Raises:
        ValueError: If a tap is never reached, or returns neither map nor tokens.
    """
    if isinstance(taps[0], int):
        return _from_output(model(images), taps)
    return _from_parts(model, images, taps)


def _from_output(output: object, taps: tuple[int, ...]) -> list[Tensor]:
    outputs = output if isinstance(output, (tuple, list)) else (output,)
    beyond = [tap for tap in taps if not -len(outputs) <= tap < len(outputs)]
    if beyond:
        raise ValueError(
            f"taps {beyond} are beyond the {len(outputs)} outputs of the "
            "network; set its out_indices, or name sub-modules"
        )
    return [_as_tokens(tap, outputs[tap]) for tap in taps]


def _from_parts(
    model: nn.Module, images: Tensor, taps: tuple[str, ...]
) -> list[Tensor]:
    outputs: dict[str, object] = {}

    def collect(tap: str) -> Callable[[nn.Module, tuple, object], None]:
        def hook(module: nn.Module, inputs: tuple, output: object) -> None:
            outputs[tap] = output
            if len(outputs) == len(taps):
                raise _AllTapsSeen

        return hook

    handles = [
        model.get_submodule(tap).register_forward_hook(collect(tap)) for tap in taps
    ]
    try:
        model(images)
        unreached = [tap for tap in taps if tap not in outputs]
        raise ValueError(f"taps {unreached} take no part in the forward pass")
    except _AllTapsSeen:
        return [_as_tokens(tap, outputs[tap]) for tap in taps]
    finally:
        for handle in handles:
            handle.remove()


def _as_tokens(tap: str | int, output: object) -> Tensor:
    first = output[0] if isinstance(output, (tuple, list)) and output else output
    if isinstance(first, Tensor) and first.ndim == 4:
        if first.shape[1] == first.shape[2] != first.shape[3]:
            raise ValueError(
                f"tap {tap!r} returns {tuple(first.shape)}, which looks like a "
                "map with channels last; tap a part whose output is [B, C, h, w] (a "
                "network of timm: model=dict(type='mcf.TimmBackbone', ...), taps=[-1])"
            )
        return first.flatten(2).transpose(1, 2)
    if isinstance(first, Tensor) and first.ndim == 3:
        return first
    found = tuple(first.shape) if isinstance(first, Tensor) else type(first).__name__
    raise ValueError(
        f"tap {tap!r} returns {found}; a tap must return a feature map "
        "[B, C, h, w] or tokens [B, N, C]"
    )
