"""How a face is cut out of a photo, and the way back, for all who do it."""
