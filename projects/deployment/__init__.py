"""Exported networks without MCF, and what fewer bits cost."""
