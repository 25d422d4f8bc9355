# Parts of photos.
#   python tools/probe.py --probes configs/probing/celebamask_hq_mini.py --backbone FILE
_base_ = ["../_base_/probes/celebamask_hq_mini.py"]

probes = [{{_base_.parts_probe}}]
