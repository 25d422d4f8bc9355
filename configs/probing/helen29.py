# Landmarks of photos.
#   python tools/probe.py --probes configs/probing/helen29.py --backbone FILE
_base_ = ["../_base_/probes/helen29.py"]

probes = [{{_base_.landmark_probe}}]
