# Can the whole path learn 16 real pairs by heart? Training, validation and test are the
# same 16 pairs of 256 pixels, without jitter: a check of the code, no result.
# Folder, on the command line:
#   --data PATH
_base_ = [
    "../_base_/models/parsing_vit-tiny-p14_uper.py",
    "../_base_/schedules/parsing_20e_small.py",
    "../_base_/parsing_runtime.py",
]

# share of the pixels to the power -1/4, background 1
class_weight = [1.0, 1.0, 1.9, 3.1, 3.3, 3.3, 2.9, 2.9, 2.8, 2.9]
class_weight += [3.1, 2.9, 2.6, 1.0, 2.2, 3.5, 3.9, 1.6, 1.7]

data_preprocessor = dict(
    type="SegDataPreProcessor",
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
    bgr_to_rgb=True,
    size=(256, 256),
)
model = dict(
    data_preprocessor=data_preprocessor,
    backbone=dict(
        arch=dict(embed_dims=96, num_layers=4, num_heads=2, feedforward_channels=192),
        input_size=256,
        patch_size=8,
        out_indices=[0, 1, 2, 3],
    ),
    neck=dict(embed_dims=96),
    decode_head=dict(
        in_channels=[96, 96, 96, 96],
        channels=64,
        num_classes=19,
        dropout_ratio=0.0,
        loss_decode=dict(class_weight=class_weight),
    ),
)

pairs = dict(
    type="mcf.ParsingDataset",
    data_root="data/faces_train/celebamask_hq_256",
    class_set="celebamask_hq_official",
    data_prefix=dict(img_path="images", seg_map_path="labels"),
    indices=16,
)
train_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="mcf.LoadMask"),
    dict(type="mcf.WholeImageCrop", size=256),
    dict(type="PackSegInputs"),
]
test_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="mcf.WholeImageCrop", size=256),
    dict(type="mcf.LoadMask"),
    dict(type="mcf.PackFaceParsing"),
]
train_dataloader = dict(
    batch_size=4,
    num_workers=0,
    sampler=dict(type="mcf.SeededSampler", shuffle=True),
    dataset=dict(
        type="mcf.SeededDataset", dataset=dict(pairs, pipeline=train_pipeline)
    ),
)
val_dataloader = dict(
    batch_size=4,
    num_workers=0,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(pairs, pipeline=test_pipeline, test_mode=True),
)
test_dataloader = val_dataloader
val_evaluator = dict(type="mcf.ParsingMetric")
test_evaluator = val_evaluator

optim_wrapper = dict(optimizer=dict(lr=1e-3, weight_decay=0.0))
param_scheduler = [
    dict(
        type="CosineAnnealingLR",
        T_max=300,
        by_epoch=True,
        begin=0,
        end=300,
        convert_to_iter_based=True,
    )
]
train_cfg = dict(max_epochs=300, val_interval=50)
default_hooks = dict(checkpoint=dict(interval=50))
custom_hooks = [
    dict(type="mcf.SeedIterationHook"),
    dict(type="mcf.NonFiniteLossHook", max_skips=0),
    dict(type="mcf.SelectionHook", metric="parsing/mF1", rule="greater"),
]
