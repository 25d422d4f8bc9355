# The mini benchmark's budget, one for all arms: 20 epochs of AdamW on one device.
_base_ = ["adamw_10e_small.py"]

param_scheduler = _base_.param_scheduler
param_scheduler[1].update(T_max=19, end=20)
train_cfg = dict(max_epochs=20)
