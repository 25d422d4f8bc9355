"""Pictures, curves and pages."""

from mcf.utils.lazy import lazy_names

_HOMES = {
    "Chart": "mcf.visualization.page",
    "Page": "mcf.visualization.page",
    "Picture": "mcf.visualization.page",
    "Table": "mcf.visualization.page",
    "curves_svg": "mcf.visualization.curves",
    "landmarks_overlay": "mcf.visualization.overlays",
    "mask_overlay": "mcf.visualization.overlays",
    "picture_table": "mcf.visualization.canvas",
    "reconstruction_sheet": "mcf.visualization.draw",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
