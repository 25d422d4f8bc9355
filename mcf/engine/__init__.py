from mcf.engine.hooks import (
    AtomicCheckpointHook,
    AttentionHook,
    BadImageHook,
    CostHook,
    ExportBackboneHook,
    InitBackboneHook,
    NonFiniteLossHook,
    ProbeHook,
    ReconstructionHook,
    SameCourseHook,
    SeedIterationHook,
    SelectionHook,
    ThroughputHook,
)
from mcf.engine.local_backends import AtomicBackend, LocalVisBackend
from mcf.engine.loops import ResumableEpochLoop
from mcf.engine.optim import AmpOptimWrapper, NonFiniteLossError, OptimWrapper
from mcf.engine.strategies import FullyShardStrategy
from mcf.engine.train import train

__all__ = [
    "AmpOptimWrapper",
    "AtomicBackend",
    "AtomicCheckpointHook",
    "AttentionHook",
    "BadImageHook",
    "CostHook",
    "ExportBackboneHook",
    "FullyShardStrategy",
    "InitBackboneHook",
    "LocalVisBackend",
    "NonFiniteLossError",
    "NonFiniteLossHook",
    "OptimWrapper",
    "ProbeHook",
    "ReconstructionHook",
    "ResumableEpochLoop",
    "SameCourseHook",
    "SeedIterationHook",
    "SelectionHook",
    "ThroughputHook",
    "train",
]
