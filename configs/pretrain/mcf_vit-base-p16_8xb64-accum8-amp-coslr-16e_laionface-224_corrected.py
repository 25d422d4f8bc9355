# The released recipe with the switches of the README that can change what is learned:
# momentum rising to 1 along a cosine, moved once per optimiser step; BatchNorm over all
# GPUs; both directions of the contrast; features normalised per token (channel axis),
# with the weight that keeps the gradient scale: 1000 * 768 / 197. Left out are
# average_buffers, as only the projector's BatchNorm has buffers and no training reads
# them; bilinear interpolation, as the teacher sees the images as they are; and the
# negatives of the whole step, which have a config of their own (gradcache).
_base_ = [
    "../_base_/models/mcf_vit-base-p16.py",
    "../_base_/teachers/mocov3_vit-base-p16.py",
    "../_base_/datasets/faces_released_224.py",
    "../_base_/schedules/adamw_16e_released.py",
    "../_base_/default_runtime.py",
]

model = dict(
    target_generator={{_base_.teacher}},
    feature_loss=dict(axis="channel", loss_weight=3900.0),
    projector=dict(norm_cfg=dict(type="SyncBN")),
    head=dict(predictor=dict(norm_cfg=dict(type="SyncBN"))),
    momentum_encoder=dict(momentum=0.99, end_momentum=1.0, interval=8),
    symmetric=True,
)
