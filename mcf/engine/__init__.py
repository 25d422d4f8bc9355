from mcf.engine.hooks import (
    AtomicCheckpointHook,
    BadImageHook,
    ExportBackboneHook,
    InitBackboneHook,
    NonFiniteLossHook,
    ReconstructionHook,
    SeedIterationHook,
    ThroughputHook,
)
from mcf.engine.loops import ResumableEpochLoop
from mcf.engine.optim import AmpOptimWrapper, NonFiniteLossError, OptimWrapper

__all__ = [
    "AmpOptimWrapper",
    "AtomicCheckpointHook",
    "BadImageHook",
    "ExportBackboneHook",
    "InitBackboneHook",
    "NonFiniteLossError",
    "NonFiniteLossHook",
    "OptimWrapper",
    "ReconstructionHook",
    "ResumableEpochLoop",
    "SeedIterationHook",
    "ThroughputHook",
]
