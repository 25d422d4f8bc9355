"""Training with weights, gradients and optimiser state spread over processes."""

import time
from collections.abc import Callable, Sequence

from mmengine._strategy import DDPStrategy
from mmengine.device import get_device
from mmengine.dist import is_distributed, is_main_process
from torch import nn
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_optimizer_state_dict,
    set_model_state_dict,
    set_optimizer_state_dict,
)
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard, register_fsdp_forward_method

from mcf.registry import STRATEGIES
from mcf.utils.atomic_file import save_atomically

UNITS = (
    "backbone",
    "neck",
    "projector",
    "head.predictor",
    "momentum_encoder.module.backbone",
    "momentum_encoder.module.projector",
)
ENTRANCES = ("encode_all", "encode_kept", "reconstruct")


@STRATEGIES.register_module()
class FullyShardStrategy(DDPStrategy):
    """PyTorch's second fully sharded data parallel (FSDP2), for ``FlexibleRunner``.

    MMEngine's own ``FSDPStrategy`` is PyTorch's first one: weights are whole only
    inside ``forward`` of a wrapped module, and flattened together otherwise. MCF enters
    its backbone by ``encode_kept`` and moves its momentum encoder between the calls.
    Here every weight is cut by itself, so that the momentum encoder follows shard by
    shard, and the model does not know that it is cut. The teacher is no part of the
    module tree and stays whole on every process.

    A checkpoint is one file, written atomically by the first process. Its weights are
    those of an unsharded model; its optimiser part goes by names instead of numbers, so
    a run is resumed with the strategy it was started with.

    Args:
        blocks: Classes whose modules are gathered and freed one after the other.
        units: Modules gathered for what lies outside their blocks. They are called
            through ``forward`` or one of :data:`ENTRANCES`.
        sync_bn: ``torch`` turns every BatchNorm into SyncBatchNorm.
        work_dir: Folder of the run; this and the following come from the runner.
        experiment_name: Name of the run.
        env_kwargs: Launcher, random seed and process group.
        log_kwargs: Settings of the logger.
        auto_scale_lr: Settings of MMEngine's learning-rate scaling.

    Raises:
        ValueError: If there is no process group, or the masking looks into layers.
    """

    def __init__(
        self,
        *,
        blocks: Sequence[str] = ("TransformerEncoderLayer",),
        units: Sequence[str] = UNITS,
        sync_bn: str | None = None,
        work_dir: str = "work_dirs",
        experiment_name: str | None = None,
        env_kwargs: dict | None = None,
        log_kwargs: dict | None = None,
        auto_scale_lr: dict | None = None,
    ) -> None:
        super().__init__(
            sync_bn=sync_bn,
            work_dir=work_dir,
            experiment_name=experiment_name,
            env_kwargs=env_kwargs,
            log_kwargs=log_kwargs,
            auto_scale_lr=auto_scale_lr,
        )
        if not is_distributed():
            raise ValueError(
                "FullyShardStrategy spreads a model over processes: start it with "
                "tools/dist_train.sh CONFIG PROCESSES or tools/slurm_train.sh"
            )
        self.blocks = tuple(blocks)
        self.units = tuple(units)

    def _wrap_model(self, model: nn.Module) -> nn.Module:
        masking = getattr(model, "masking", None)
        if getattr(masking, "needs_attention", False):
            raise ValueError(
                f"{type(masking).__name__} reads the weights of single layers, which a "
                "sharded model does not hold; choose another masking, or DDP"
            )
        model = self.convert_model(model.to(get_device()))
        units = [model.get_submodule(name) for name in self.units]
        blocks = [
            module
            for unit in units
            for module in unit.modules()
            if type(module).__name__ in self.blocks
        ]
        mesh = init_device_mesh(get_device(), (self.world_size,))
        for module in (*blocks, *units, model):
            fully_shard(module, mesh=mesh)
            for name in ENTRANCES:
                if hasattr(module, name):
                    register_fsdp_forward_method(module, name)
        return model

    def model_state_dict(self) -> dict:
        """Whole weights on the CPU of the first process, nothing elsewhere."""
        return get_model_state_dict(self.model, options=_WHOLE)

    def optim_state_dict(self) -> dict:
        """Whole optimiser state by names, on the CPU of the first process."""
        wrapper = self.optim_wrapper
        state = get_optimizer_state_dict(self.model, wrapper.optimizer, options=_WHOLE)
        own = {k: v for k, v in wrapper.state_dict().items() if k not in _OPTIMISER}
        return {**state, **own}

    def load_model_state_dict(
        self,
        state_dict: dict,
        *,
        strict: bool = False,
        revise_keys: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Cut whole weights and load what belongs to this process.

        Args:
            state_dict: Weights of an unsharded model, the same on every process.
            strict: Whether names must match exactly.
            revise_keys: Unused; names are taken as they are.
        """
        options = StateDictOptions(full_state_dict=True, strict=strict)
        set_model_state_dict(self.model, state_dict, options=options)

    def load_optim_state_dict(self, state_dict: dict) -> None:
        """Cut a whole optimiser state and load what belongs to this process."""
        optimiser = self.optim_wrapper.optimizer
        set_optimizer_state_dict(
            self.model,
            optimiser,
            {name: state_dict.pop(name) for name in _OPTIMISER},
            options=StateDictOptions(full_state_dict=True),
        )
        self.optim_wrapper.load_state_dict({**optimiser.state_dict(), **state_dict})

    def save_checkpoint(
        self,
        filename: str,
        *,
        save_optimizer: bool = True,
        save_param_scheduler: bool = True,
        extra_ckpt: dict | None = None,
        callback: Callable[[dict], None] | None = None,
    ) -> None:
        """Collect everything on the first process, which writes it; all must call.

        Args:
            filename: The file.
            save_optimizer: Whether to save the optimiser.
            save_param_scheduler: Whether to save the schedules.
            extra_ckpt: What else to save; its ``meta`` gets seed and time.
            callback: Called with the content before it is written.
        """
        content = dict(state_dict=self.model_state_dict())
        if save_optimizer:
            content["optimizer"] = self.optim_state_dict()
        if not is_main_process():
            return
        if save_param_scheduler and hasattr(self, "param_schedulers"):
            content["param_schedulers"] = self.scheduler_state_dict()
        content.update(extra_ckpt or {})
        content["meta"] = dict(
            content.get("meta", {}), seed=self.seed, time=time.strftime("%Y%m%d_%H%M%S")
        )
        if callback is not None:
            callback(content)
        save_atomically(content, filename)


_OPTIMISER = ("state", "param_groups")
_WHOLE = StateDictOptions(full_state_dict=True, cpu_offload=True)
