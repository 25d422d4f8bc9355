"""End of a parsing pipeline."""

from mmseg.datasets.transforms import PackSegInputs

from mcf.registry import TRANSFORMS

META_KEYS = (
    "img_path",
    "seg_map_path",
    "ori_shape",
    "img_shape",
    "crop_matrix",
    "warp_factor",
)


@TRANSFORMS.register_module()
class PackFaceParsing(PackSegInputs):
    """mmsegmentation's ``PackSegInputs`` that also packs the position of the crop.

    :class:`~mcf.models.segmentors.FaceParser` needs ``crop_matrix`` and
    ``warp_factor`` to bring its answer back to the image.

    Args:
        meta_keys: Keys that become meta information of the data sample, if there.
    """

    def __init__(self, meta_keys: tuple[str, ...] = META_KEYS) -> None:
        super().__init__(meta_keys)
