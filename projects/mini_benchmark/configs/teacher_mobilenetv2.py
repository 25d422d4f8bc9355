# The teacher of mcf_mobilenetv2.py, frozen, as a bound for its pupils.
_base_ = ["../../../configs/_base_/teachers/mobilenetv2.py"]

arm = dict(title="teacher MobileNetV2 itself", teacher={{_base_.teacher}})
