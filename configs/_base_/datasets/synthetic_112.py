# Synthetic faces at 112 pixels, drawn on the fly from a seed: nothing to download.
train_pipeline = [
    dict(type="mcf.DecodeImage"),
    dict(
        type="ResizeEdge",
        scale=112,
        edge="short",
        backend="pillow",
        interpolation="bilinear",
    ),
    dict(type="CenterCrop", crop_size=112),
    dict(type="RandomFlip", prob=0.5),
    dict(
        type="PackInputs",
        meta_keys=("sample_idx", "img_path", "ori_shape", "img_shape", "bad_images"),
    ),
]

train_dataloader = dict(
    batch_size=32,
    num_workers=1,
    persistent_workers=True,
    pin_memory=False,
    drop_last=True,
    sampler=dict(type="mcf.SeededSampler", shuffle=True),
    collate_fn=dict(type="default_collate"),
    dataset=dict(
        type="mcf.SeededDataset",
        dataset=dict(
            type="mcf.FaceImages",
            metainfo=dict(dataset_name="drawn faces"),
            store=dict(type="mcf.SyntheticFaceStore", length=4_800, size=112, seed=0),
            pipeline=train_pipeline,
        ),
    ),
)
