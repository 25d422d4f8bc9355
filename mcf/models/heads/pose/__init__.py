"""Heads for face alignment; importing needs mmpose."""

from .heatmap_coord_head import HeatmapCoordHead

__all__ = ["HeatmapCoordHead"]
