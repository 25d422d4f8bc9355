"""All that a face alignment config needs: ``custom_imports`` names this one module.

Importing registers our types for mmpose, and with them what is shared with
pre-training. Needs mmpose.
"""

import mcf.codecs
import mcf.datasets
import mcf.engine
import mcf.evaluation.metrics
import mcf.models
import mcf.models.heads.pose  # noqa: F401
