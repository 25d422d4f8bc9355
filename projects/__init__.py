"""Studies: what measures MCF and is not part of the package."""
