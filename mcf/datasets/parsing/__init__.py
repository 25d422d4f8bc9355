"""Face parsing data; needs no mmsegmentation."""

from mcf.utils.lazy import lazy_names

_HOMES = {
    "CELEBAMASK_HQ": "mcf.datasets.parsing.class_sets",
    "LAPA": "mcf.datasets.parsing.class_sets",
    "CelebAMaskHQDataset": "mcf.datasets.parsing.celebamask_hq",
    "ClassSet": "mcf.datasets.parsing.class_sets",
    "Composition": "mcf.datasets.parsing.mask_cache",
    "LaPaDataset": "mcf.datasets.parsing.lapa",
    "LoadMask": "mcf.datasets.parsing.load_mask",
    "ParsingDataset": "mcf.datasets.parsing.parsing_dataset",
    "ResizeOriginal": "mcf.datasets.parsing.resize_original",
    "SyntheticParsing": "mcf.datasets.parsing.synthetic_parsing",
    "compose_masks": "mcf.datasets.parsing.mask_cache",
    "get_class_set": "mcf.datasets.parsing.class_sets",
    "read_mask": "mcf.datasets.parsing.mask_files",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
