from tests.fresh_python import run_fresh

WITHOUT_HOSTS = """
import mcf
import mcf.datasets.parsing, mcf.verify, mcf.evaluation.metrics
import mcf.datasets.parsing.load_mask, mcf.datasets.parsing.resize_original
import mcf.datasets.parsing.verify_celebamask_hq, mcf.datasets.parsing.verify_lapa
try:
    import mcf.parsing
except ModuleNotFoundError as error:
    print("mcf.parsing needs", error.name)
"""

ONE_IMPORT = """
import mcf, mcf.parsing
from mcf.registry import DATASETS, METRICS, TRANSFORMS
for registry, names in (
    (DATASETS, "LaPaDataset CelebAMaskHQDataset ParsingDataset SeededDataset"),
    (TRANSFORMS, "LoadMask ResizeOriginal"),
    (METRICS, "ParsingMetric"),
):
    for name in names.split():
        assert name in registry, name
import sys
print("mmpose imported:", "mmpose" in sys.modules)
"""


def test_only_the_data_sets_need_mmsegmentation():
    out = run_fresh(WITHOUT_HOSTS, blocked=("mmseg", "mmpose"))
    assert "mcf.parsing needs mmseg" in out


def test_one_import_registers_parsing_without_mmpose():
    assert "mmpose imported: False" in run_fresh(ONE_IMPORT, blocked=("mmpose",))
