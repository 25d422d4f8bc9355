"""Measurements of faces followed through videos."""
