from mcf.utils.timing import Timing, alternate

from .attention import compare_attention
from .inference import measure_inference
from .loading import compare_loading
from .matmul_peak import matmul_peak
from .step import StepReport, compare_steps

__all__ = [
    "StepReport",
    "Timing",
    "alternate",
    "compare_attention",
    "compare_loading",
    "compare_steps",
    "matmul_peak",
    "measure_inference",
]
