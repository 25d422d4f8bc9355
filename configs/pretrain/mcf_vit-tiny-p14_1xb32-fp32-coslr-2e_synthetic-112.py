# First steps without data: a few minutes on two cores with faces drawn on the fly and a
# real teacher, an ImageNet MobileNetV2 from pip.
_base_ = [
    "../_base_/models/mcf_vit-tiny-p14.py",
    "../_base_/teachers/mobilenetv2.py",
    "../_base_/datasets/synthetic_112.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/default_runtime.py",
]

model = dict(target_generator={{_base_.teacher}})

train_cfg = dict(max_epochs=2)
param_scheduler = [
    dict(type="LinearLR", start_factor=1e-4, by_epoch=False, begin=0, end=50),
    dict(
        type="CosineAnnealingLR",
        by_epoch=True,
        begin=0,
        end=2,
        eta_min=0.0,
        convert_to_iter_based=True,
    ),
]

# a short run: enough points for its curves
default_hooks = dict(logger=dict(interval=10))
log_processor = dict(window_size=10)
