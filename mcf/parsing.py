"""What face parsing on mmsegmentation needs registered.

A config names this module alone: ``custom_imports = dict(imports=["mcf.parsing"])``.
It needs mmsegmentation.
"""

import mcf.datasets
import mcf.engine
import mcf.evaluation.metrics
import mcf.models
import mcf.models.segmentors  # noqa: F401
