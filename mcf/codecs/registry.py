"""Registry of our keypoint codecs, a child of mmpose's."""

from mmengine.registry import Registry
from mmpose.registry import KEYPOINT_CODECS as MMPOSE_KEYPOINT_CODECS

KEYPOINT_CODECS = Registry(
    "keypoint_codec",
    parent=MMPOSE_KEYPOINT_CODECS,
    scope="mcf",
    locations=["mcf.codecs"],
)
