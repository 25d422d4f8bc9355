# Contrast in both directions; two more encoder passes a step.
_base_ = ["./mcf.py"]

arm = dict(title="MCF, symmetric contrast")
model = dict(symmetric=True)
