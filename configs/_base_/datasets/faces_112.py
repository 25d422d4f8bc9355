# Unlabelled faces at 112 pixels, the size of common aligned face crops: the released
# augmentation (faces_released_224.py) at half the size.
# The root is a folder, an LMDB or tar shards ('faces/*.tar'); on the command line:
#   --data PATH --cfg-options \
#       train_dataloader.dataset.dataset.metainfo.dataset_name=NAME
# The name goes with the exported weights.
data_root = "data/faces"

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
    batch_size=64,
    num_workers=2,
    persistent_workers=True,
    pin_memory=True,
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
