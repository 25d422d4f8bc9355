"""Masks in a pipeline."""

from mmcv.transforms import BaseTransform

from mcf.datasets.parsing.mask_files import read_mask
from mcf.registry import TRANSFORMS


@TRANSFORMS.register_module()
class LoadMask(BaseTransform):
    """Loader of the index mask of a photo that was loaded before.

    It stands in for ``LoadAnnotations`` of mmsegmentation, which cuts 16-bit ids to
    8 bits, takes colours for ids and asks nothing about sizes. Outcomes for unusual
    files are those of :func:`~mcf.datasets.parsing.mask_files.read_mask`.

    Takes ``seg_map_path``, ``num_classes`` and ``ori_shape``; adds ``gt_seg_map``
    (uint8 [H,W]) and its name to ``seg_fields``.

    Args:
        ignore_index: One more id that is allowed, of pixels without label.
    """

    def __init__(self, *, ignore_index: int | None = None) -> None:
        self.ignore_index = ignore_index

    def transform(self, results: dict) -> dict:
        """Load the mask.

        Raises:
            ValueError: If the data set has no masks, the file is no index mask of
                these classes, or it has another size than the original photo.
        """
        if "seg_map_path" not in results:
            raise ValueError(
                f"{results['img_path']}: this set has no masks, for data_prefix has no "
                "seg_map_path. Name their folder, or leave out mcf.LoadMask and the "
                "evaluator"
            )
        path = results["seg_map_path"]
        labels = read_mask(path, results["num_classes"], ignore_index=self.ignore_index)
        if labels.shape != tuple(results["ori_shape"][:2]):
            raise ValueError(
                f"{path} has the size {labels.shape} and its photo "
                f"{results['img_path']} {tuple(results['ori_shape'][:2])} (height, "
                "width); if the whole photo is meant, put mcf.ResizeOriginal before "
                "this"
            )
        results["gt_seg_map"] = labels
        results.setdefault("seg_fields", []).append("gt_seg_map")
        return results

    def __repr__(self) -> str:
        return f"LoadMask(ignore_index={self.ignore_index})"
