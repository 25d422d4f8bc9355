"""Load and failures of `mcf serve`, on this machine."""
