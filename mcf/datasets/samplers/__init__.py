from .seeded_sampler import Draw, SeededSampler
from .share_sampler import ShareSampler

__all__ = ["Draw", "SeededSampler", "ShareSampler"]
