from mcf.engine.hooks.atomic_checkpoint_hook import AtomicCheckpointHook
from mcf.engine.hooks.attention_hook import AttentionHook
from mcf.engine.hooks.bad_image_hook import BadImageHook
from mcf.engine.hooks.check_classes_hook import CheckClassesHook
from mcf.engine.hooks.cost_hook import CostHook
from mcf.engine.hooks.export_backbone_hook import ExportBackboneHook
from mcf.engine.hooks.fitting_weights_hook import FittingWeightsHook
from mcf.engine.hooks.init_backbone_hook import InitBackboneHook
from mcf.engine.hooks.non_finite_loss_hook import NonFiniteLossHook
from mcf.engine.hooks.probe_hook import ProbeHook
from mcf.engine.hooks.reconstruction_hook import ReconstructionHook
from mcf.engine.hooks.same_course_hook import SameCourseHook
from mcf.engine.hooks.seed_iteration_hook import SeedIterationHook
from mcf.engine.hooks.selection_hook import SelectionHook
from mcf.engine.hooks.throughput_hook import ThroughputHook

__all__ = [
    "AtomicCheckpointHook",
    "AttentionHook",
    "BadImageHook",
    "CheckClassesHook",
    "CostHook",
    "ExportBackboneHook",
    "FittingWeightsHook",
    "InitBackboneHook",
    "NonFiniteLossHook",
    "ProbeHook",
    "ReconstructionHook",
    "SameCourseHook",
    "SeedIterationHook",
    "SelectionHook",
    "ThroughputHook",
]
