# mmpose's SimCC head, swapped in by the base of the model and the codec.
_base_ = [
    "../_base_/models/alignment_vit-tiny-p14_simcc.py",
    "../_base_/datasets/helen29_alignment.py",
    "../_base_/schedules/alignment_adamw_40e_small.py",
    "../_base_/alignment_runtime.py",
]

model = dict(head=dict(out_channels=29))
train_pipeline = _base_.train_pipeline
train_pipeline[-2].encoder = _base_.codec
train_dataloader = dict(dataset=dict(dataset=dict(pipeline=train_pipeline)))
default_hooks = dict(ema=dict(momentum=0.01))

optim_wrapper = dict(
    optimizer=dict(lr=1e-3),
    paramwise_cfg=dict(custom_keys={"backbone.": dict(lr_mult=0.5)}),
)
