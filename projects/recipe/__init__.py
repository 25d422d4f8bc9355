"""How good the recipe that predicts features directly is, and what it costs."""
