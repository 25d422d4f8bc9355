"""Any timm network as a backbone that outputs feature maps."""

from collections.abc import Mapping, Sequence

from mmengine.model import BaseModule
from torch import Tensor, nn

from mcf.checkpoint import load_strict
from mcf.models.timm_model import timm_model
from mcf.registry import MODELS


@MODELS.register_module()
class TimmBackbone(BaseModule):
    """Network of timm that returns the maps of chosen stages, in the family's layout.

    For dense tasks of any host library, and through ``mcf.MaskedBackbone`` for
    pre-training. Stages behind the last chosen one are cut off. The names of the
    weights are timm's, after ``model.``.

    Args:
        name: Name of the network in timm.
        out_indices: Stages (blocks of a ViT) whose maps are returned, from 0 or, if
            negative, from the end.
        norm: Whether the last norm of the network is applied to the maps (ViTs).
        settings: More arguments of ``timm.create_model``, such as ``img_size`` or
            ``drop_path_rate``.
        checkpoint: File of weights in timm's names, see
            :func:`mcf.checkpoint.load_strict`; random weights if None.
        with_cp: Whether training recomputes activations to save memory.
        init_cfg: Weight initialisation; timm's own by default.

    Attributes:
        channels: Channels of each map.
        strides: Pixels of the image per cell of each map.

    Raises:
        ValueError: If the network is unknown, gives no maps or lacks a stage.
    """

    def __init__(
        self,
        name: str,
        *,
        out_indices: Sequence[int] = (-1,),
        norm: bool = False,
        settings: Mapping[str, object] | None = None,
        checkpoint: str | None = None,
        with_cp: bool = False,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        self.name = name
        self.settings = dict(settings or {})
        self.checkpoint = checkpoint
        self.norm = norm
        model = self._initial_model()
        if not hasattr(model, "forward_intermediates"):
            raise ValueError(f"timm's {name!r} cannot give the maps of its stages")
        stages = list(model.feature_info)
        if not out_indices or any(
            not -len(stages) <= i < len(stages) for i in out_indices
        ):
            raise ValueError(
                f"out_indices={out_indices} must name some of the {len(stages)} stages "
                f"of {name!r}, from 0 or from the end"
            )
        self.out_indices = sorted({i % len(stages) for i in out_indices})
        self.channels = [stages[i]["num_chs"] for i in self.out_indices]
        self.strides = [stages[i]["reduction"] for i in self.out_indices]
        model.prune_intermediate_layers(self.out_indices, prune_norm=not norm)
        model.set_grad_checkpointing(with_cp)
        self.model = model

    def init_weights(self) -> None:
        """Reset the weights to timm's initial ones, or to those of the checkpoint.

        Whatever the network is a part of may have initialised its linear layers, and
        MMEngine would let networks of timm that can do so draw their weights anew.
        """
        state = self._initial_model().state_dict()
        self.model.load_state_dict(
            {name: state[name] for name in self.model.state_dict()}
        )
        self.model.is_init = True
        super().init_weights()

    def _initial_model(self) -> nn.Module:
        model = timm_model(self.name, settings=self.settings)
        if self.checkpoint:
            load_strict(model, self.checkpoint)
        return model

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Encode images.

        Args:
            images: Normalised images [B, 3, H, W].

        Returns:
            One map [B, C, h, w] per chosen stage, from the shallowest on.
        """
        maps = self.model.forward_intermediates(
            images,
            indices=self.out_indices,
            norm=self.norm,
            stop_early=True,
            output_fmt="NCHW",
            intermediates_only=True,
        )
        return tuple(maps)
