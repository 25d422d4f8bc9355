"""What face parsing on mmsegmentation needs registered.

A config names this module alone: ``custom_imports = dict(imports=["mcf.parsing"])``.
It is the only one that needs mmsegmentation.
"""

import mcf.datasets
import mcf.datasets.parsing.celebamask_hq
import mcf.datasets.parsing.lapa
import mcf.datasets.parsing.load_mask
import mcf.datasets.parsing.pack_face_parsing
import mcf.datasets.parsing.parsing_dataset
import mcf.datasets.parsing.resize_original
import mcf.datasets.parsing.synthetic_parsing
import mcf.engine
import mcf.evaluation.metrics
import mcf.models
import mcf.models.segmentors  # noqa: F401
