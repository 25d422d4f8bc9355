# What is read off frozen features: landmarks, and parts at 4 x 4 cells a patch (the
# present probe) and at every pixel.
_base_ = [
    "../../../configs/_base_/probes/helen29.py",
    "../../../configs/_base_/probes/celebamask_hq_mini.py",
]

probes = [
    _base_.landmark_probe,
    _base_.parts_probe,
    dict(_base_.parts_probe, cells=None, neighbours=None, prefix="parts_pixels/"),
]
