# The teacher of mcf_efficientnet-lite0.py, frozen, as a bound for its pupils.
_base_ = ["../../../configs/_base_/teachers/efficientnet-lite0.py"]

arm = dict(title="teacher EfficientNet-Lite0 itself", teacher={{_base_.teacher}})
