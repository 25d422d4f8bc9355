"""Registries of MCF, children of MMEngine's roots under the scope ``mcf``.

A config names our types ``mcf.Name`` whatever its default scope, and a type
without scope is looked up in that default scope (for example ``mmpretrain``).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mmengine.registry import DATA_SAMPLERS as MMENGINE_DATA_SAMPLERS
from mmengine.registry import DATASETS as MMENGINE_DATASETS
from mmengine.registry import EVALUATOR as MMENGINE_EVALUATORS
from mmengine.registry import HOOKS as MMENGINE_HOOKS
from mmengine.registry import LOOPS as MMENGINE_LOOPS
from mmengine.registry import METRICS as MMENGINE_METRICS
from mmengine.registry import MODELS as MMENGINE_MODELS
from mmengine.registry import (
    OPTIM_WRAPPER_CONSTRUCTORS as MMENGINE_OPTIM_WRAPPER_CONSTRUCTORS,
)
from mmengine.registry import OPTIM_WRAPPERS as MMENGINE_OPTIM_WRAPPERS
from mmengine.registry import STRATEGIES as MMENGINE_STRATEGIES
from mmengine.registry import TRANSFORMS as MMENGINE_TRANSFORMS
from mmengine.registry import VISBACKENDS as MMENGINE_VISBACKENDS
from mmengine.registry import VISUALIZERS as MMENGINE_VISUALIZERS
from mmengine.registry import DefaultScope, Registry


def _child(parent: Registry, *packages: str) -> Registry:
    locations = [f"mcf.{package}" for package in packages]
    return Registry(parent.name, parent=parent, scope="mcf", locations=locations)


MODELS = _child(MMENGINE_MODELS, "models")
DATASETS = _child(MMENGINE_DATASETS, "datasets.registered", "suite")
TRANSFORMS = _child(MMENGINE_TRANSFORMS, "datasets.registered", "suite")
DATA_SAMPLERS = _child(MMENGINE_DATA_SAMPLERS, "datasets.registered")
HOOKS = _child(MMENGINE_HOOKS, "engine")
LOOPS = _child(MMENGINE_LOOPS, "engine")
OPTIM_WRAPPER_CONSTRUCTORS = _child(MMENGINE_OPTIM_WRAPPER_CONSTRUCTORS, "engine")
OPTIM_WRAPPERS = _child(MMENGINE_OPTIM_WRAPPERS, "engine")
STRATEGIES = _child(MMENGINE_STRATEGIES, "engine")
METRICS = _child(MMENGINE_METRICS, "evaluation")
EVALUATORS = _child(MMENGINE_EVALUATORS, "evaluation")
VISBACKENDS = _child(MMENGINE_VISBACKENDS, "engine")
VISUALIZERS = _child(MMENGINE_VISUALIZERS, "visualization")
PROBES = Registry("probe", scope="mcf", locations=["mcf.probing"])
"""Measures of frozen features; MMEngine has no such registry."""

_scope_lock = threading.RLock()
"""MMEngine keeps the scope in one place for all threads."""


@contextmanager
def registry_scope(name: str | None) -> Iterator[None]:
    """Scope in which types without one are looked up, whichever was in force.

    One thread at a time: others wait here.

    Args:
        name: ``mmpretrain``, ``mmpose``, ``mmseg``; None keeps the one in force.
    """
    with _scope_lock, DefaultScope.overwrite_default_scope(name):
        yield
