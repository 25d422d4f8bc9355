"""Segmentor that answers in the pixels of the original image."""

import torch
from mmengine.structures import PixelData
from mmseg.models import EncoderDecoder
from mmseg.structures import SegDataSample
from torch import Tensor

from mcf.crops.tanh_warp import unwarp_maps
from mcf.registry import MODELS


@MODELS.register_module()
class FaceParser(EncoderDecoder):
    """mmsegmentation's ``EncoderDecoder`` for crops of faces (protocol §2.4).

    Training is the parent's. At test time logits, not labels, are brought back
    through the inverse of the crop: bilinear, zero for all classes outside, where the
    argmax thus gives class 0, the background. Any decode head of mmsegmentation with
    one logit a class works under it.

    Crops come from ``mcf.FaceAlign``, ``mcf.WholeImageCrop`` or ``mcf.FaceCrop``, and
    ``mcf.PackFaceParsing`` says where they lie. Args are those of the parent.

    Raises:
        ValueError: If the head has a single logit for two classes: zero would mean
            undecided there rather than background.
    """

    def _init_decode_head(self, decode_head: dict) -> None:
        super()._init_decode_head(decode_head)
        if self.out_channels != self.num_classes:
            raise ValueError(
                f"the head has {self.out_channels} logits for {self.num_classes} "
                "classes; leave out its out_channels"
            )

    def postprocess_result(
        self, seg_logits: Tensor, data_samples: list[SegDataSample] | None = None
    ) -> list[SegDataSample]:
        """Add predictions of the size of the original image to each sample.

        Args:
            seg_logits: Logits of the crops [B,K,h,w].
            data_samples: B samples with ``crop_matrix``, ``warp_factor`` and
                ``ori_shape``; without any the answer stays in the crops.

        Returns:
            The samples with ``seg_logits`` [K,H,W] and ``pred_sem_seg`` [1,H,W].

        Raises:
            ValueError: If a sample does not say where its crop lies.
        """
        if data_samples is None:
            return super().postprocess_result(seg_logits)
        for logits, sample in zip(seg_logits, data_samples, strict=True):
            logits = _to_image(logits, sample.metainfo)
            labels = logits.argmax(dim=0, keepdim=True)
            sample.set_data(
                dict(
                    seg_logits=PixelData(data=logits),
                    pred_sem_seg=PixelData(data=labels),
                )
            )
        return data_samples


def _to_image(logits: Tensor, meta: dict) -> Tensor:
    """Logits of a crop [K,h,w] at the size of its image [K,H,W]."""
    if "crop_matrix" not in meta or "warp_factor" not in meta:
        raise ValueError(
            f"{meta.get('img_path', 'a sample')} does not say where its crop lies: end "
            "the test pipeline with mcf.PackFaceParsing, after mcf.FaceAlign, "
            "mcf.WholeImageCrop or mcf.FaceCrop"
        )
    height, width = meta["ori_shape"][:2]
    with torch.no_grad():
        return unwarp_maps(
            logits, meta["crop_matrix"], (width, height), meta["warp_factor"]
        )
