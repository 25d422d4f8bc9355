# MobileFaceNet of MS1M, a face recogniser: its embedding, and its taps for landmarks
# and parts.
#   mcf benchmark configs/benchmark/mobilefacenet.py --data data
_base_ = ["../_base_/teachers/mobilefacenet.py"]

img_size = 112
embedding = True
