"""What face parsing on mmsegmentation needs registered.

A config names this module alone: ``custom_imports = dict(imports=["mcf.parsing"])``.
It is the only one that needs mmsegmentation.
"""

import mcf.datasets
import mcf.datasets.seg.celebamask_hq
import mcf.datasets.seg.lapa
import mcf.datasets.seg.load_mask
import mcf.datasets.seg.pack_face_parsing
import mcf.datasets.seg.parsing_dataset
import mcf.datasets.seg.resize_original
import mcf.datasets.seg.synthetic_parsing
import mcf.engine
import mcf.evaluation.metrics
import mcf.models
import mcf.models.segmentors  # noqa: F401
