# mmpose's regression head: coordinates straight from the pooled map.
_base_ = [
    "../_base_/models/alignment_vit-tiny-p14.py",
    "../_base_/datasets/helen29_alignment.py",
    "../_base_/schedules/alignment_adamw_40e_small.py",
    "../_base_/alignment_runtime.py",
]

codec = dict(type="RegressionLabel", input_size=(112, 112))
model = dict(
    neck=dict(type="GlobalAveragePooling"),
    head=dict(
        type="RegressionHead",
        in_channels=192,
        num_joints=29,
        loss=dict(type="SmoothL1Loss", use_target_weight=True),
        decoder=codec,
    ),
)
train_pipeline = _base_.train_pipeline
train_pipeline[-2].encoder = codec
train_dataloader = dict(dataset=dict(dataset=dict(pipeline=train_pipeline)))
default_hooks = dict(ema=dict(momentum=0.01))

optim_wrapper = dict(
    optimizer=dict(lr=1e-3),
    paramwise_cfg=dict(custom_keys={"backbone.": dict(lr_mult=0.5)}),
)
