"""The demo: the whole path on drawn faces, with all cores, in minutes."""
