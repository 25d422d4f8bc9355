# Landmarks and parts of drawn faces: nothing to download.
#   python tools/probe.py --probes configs/probing/drawn.py --backbone FILE
_base_ = ["../_base_/probes/drawn.py"]

probes = [{{_base_.landmark_probe}}, {{_base_.parts_probe}}]
