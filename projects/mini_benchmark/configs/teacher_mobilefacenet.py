# The teacher of mcf.py, frozen, as a bound for its pupils. It has seen five million
# labelled faces.
_base_ = ["../../../configs/_base_/teachers/mobilefacenet.py"]

arm = dict(title="teacher MobileFaceNet itself", teacher={{_base_.teacher}})
