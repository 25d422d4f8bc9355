# The mini benchmark's budget, one for all arms: 20 epochs of AdamW on one device, in
# bfloat16: three times as fast on a processor that has it, and slow on one without.
_base_ = ["../../../../configs/_base_/schedules/adamw_10e_small.py"]

optim_wrapper = dict(type="mcf.AmpOptimWrapper", dtype="bfloat16")
param_scheduler = _base_.param_scheduler
param_scheduler[1].update(T_max=19, end=20)
train_cfg = dict(max_epochs=20)
