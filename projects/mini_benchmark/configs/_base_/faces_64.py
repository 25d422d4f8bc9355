# Unlabelled faces at 64 pixels for the mini benchmark: the released augmentation
# (faces_released_224.py) on small images. tools/mini_benchmark.py sets the root.
data_root = "data/faces"

train_pipeline = [
    dict(type="mcf.DecodeImage"),
    dict(
        type="ResizeEdge",
        scale=64,
        edge="short",
        backend="pillow",
        interpolation="bilinear",
    ),
    dict(type="CenterCrop", crop_size=64),
    dict(type="RandomFlip", prob=0.5),
    dict(
        type="PackInputs",
        meta_keys=("sample_idx", "img_path", "ori_shape", "img_shape", "bad_images"),
    ),
]

train_dataloader = dict(
    batch_size=64,
    num_workers=1,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type="mcf.SeededSampler", shuffle=True),
    collate_fn=dict(type="default_collate"),
    dataset=dict(
        type="mcf.SeededDataset",
        dataset=dict(
            type="mcf.FaceImages",
            store=dict(type="mcf.open_store", root=data_root),
            pipeline=train_pipeline,
        ),
    ),
)
