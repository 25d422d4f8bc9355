"""Everything in data that a config can name: importing this registers it."""

from mcf.datasets import (  # noqa: F401
    face_images,
    few_shot,
    joint_faces,
    landmarks,
    samplers,
    seeded_dataset,
    stores,
    transforms,
)
from mcf.datasets.parsing import (  # noqa: F401
    celebamask_hq,
    lapa,
    load_mask,
    parsing_dataset,
    resize_original,
    synthetic_parsing,
)
from mcf.datasets.stores import drawn_store  # noqa: F401
