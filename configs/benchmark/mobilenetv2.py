# MobileNetV2 of ImageNet by its taps.
#   mcf benchmark configs/benchmark/mobilenetv2.py --data data
_base_ = ["../_base_/teachers/mobilenetv2.py"]

img_size = 112
embedding = False
