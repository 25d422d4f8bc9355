# EfficientNet-Lite0 of ImageNet by its taps.
#   mcf benchmark configs/benchmark/efficientnet-lite0.py --data data
_base_ = ["../_base_/teachers/efficientnet-lite0.py"]

img_size = 112
embedding = False
