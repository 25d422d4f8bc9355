from .seeded_sampler import Draw, SeededSampler

__all__ = ["Draw", "SeededSampler"]
