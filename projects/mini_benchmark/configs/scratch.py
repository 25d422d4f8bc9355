# No training: the backbone as MAE and MCF initialise it.
_base_ = ["./mae.py"]

arm = dict(title="from scratch")
train_cfg = dict(max_epochs=0)
