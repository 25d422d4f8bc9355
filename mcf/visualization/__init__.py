from .canvas import picture_table
from .curves import curves_svg
from .draw import reconstruction_sheet
from .overlays import landmarks_overlay, mask_overlay
from .page import Chart, Page, Picture, Table

__all__ = [
    "Chart",
    "Page",
    "Picture",
    "Table",
    "curves_svg",
    "landmarks_overlay",
    "mask_overlay",
    "picture_table",
    "reconstruction_sheet",
]
