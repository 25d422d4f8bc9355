# mmpose's heat map head: Gaussian targets, decoded at their peaks.
_base_ = [
    "../_base_/models/alignment_vit-tiny-p14.py",
    "../_base_/datasets/helen29_alignment.py",
    "../_base_/schedules/alignment_adamw_40e_small.py",
    "../_base_/alignment_runtime.py",
]

codec = dict(type="UDPHeatmap", input_size=(112, 112), heatmap_size=(32, 32), sigma=1.0)
model = dict(
    head=dict(
        type="HeatmapHead",
        in_channels=192,
        out_channels=29,
        deconv_out_channels=(128, 128),
        deconv_kernel_sizes=(4, 4),
        loss=dict(type="KeypointMSELoss", use_target_weight=True, loss_weight=100.0),
        decoder=codec,
    )
)
train_pipeline = _base_.train_pipeline
train_pipeline[-2].encoder = codec
train_dataloader = dict(dataset=dict(dataset=dict(pipeline=train_pipeline)))
default_hooks = dict(ema=dict(momentum=0.01))

optim_wrapper = dict(
    optimizer=dict(lr=1e-3),
    paramwise_cfg=dict(custom_keys={"backbone.": dict(lr_mult=0.5)}),
)
