"""How a face is cut out of a photo, and the way back; one room for all who do it."""
