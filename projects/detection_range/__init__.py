"""How large and how small faces may be for the detector."""
