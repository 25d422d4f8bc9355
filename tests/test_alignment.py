from tests.fresh_python import run_fresh

BUILD = """
import mcf
from mmengine.config import Config
from mmengine.utils import import_modules_from_strings
import_modules_from_strings(**Config(dict(a=dict(imports=["mcf.alignment"]))).a)
from mmengine.registry import DefaultScope
from mmpose.registry import DATASETS, KEYPOINT_CODECS, METRICS, MODELS, TRANSFORMS
with DefaultScope.overwrite_default_scope("mmpose"):
    for registry, names in (
        (MODELS, "DenseViT ViTFeaturePyramid HeatmapCoordHead"),
        (TRANSFORMS, "FaceCrop FaceFlip RandomOcclusion"),
        (KEYPOINT_CODECS, "NormalisedPoints"),
        (METRICS, "LandmarkMetric"),
        (DATASETS, "WFLW98 SeededDataset"),
    ):
        for name in names.split():
            assert registry.get(f"mcf.{name}") is not None, name
print("all found")
"""


def test_one_import_registers_what_alignment_needs_without_mmsegmentation():
    assert "all found" in run_fresh(BUILD, blocked=("mmseg",))


def test_shared_parts_and_parity_need_no_mmpose():
    code = (
        "import mcf, mcf.models, mcf.datasets, mcf.evaluation.metrics\n"
        "import projects.parity\n"
        "import sys\n"
        "print('mmpose' in sys.modules)"
    )
    assert run_fresh(code, blocked=("mmpose", "mmseg")).strip().endswith("False")
