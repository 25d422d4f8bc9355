# Unlabelled faces with the augmentation of the released code: the shorter side
# resized to 224, then a horizontal flip (protocol §1.2). The centre crop does nothing
# to square images; on others the released code stops with an error.
# The root is a folder, an LMDB or tar shards ('faces/*.tar'); on the command line:
#   --data PATH
data_root = "data/faces"

train_pipeline = [
    dict(type="mcf.DecodeImage"),
    dict(
        type="ResizeEdge",
        scale=224,
        edge="short",
        backend="pillow",
        interpolation="bilinear",
    ),
    dict(type="CenterCrop", crop_size=224),
    dict(type="RandomFlip", prob=0.5),
    dict(
        type="PackInputs",
        meta_keys=("sample_idx", "img_path", "ori_shape", "img_shape", "bad_images"),
    ),
]

train_dataloader = dict(
    batch_size=64,
    num_workers=8,
    persistent_workers=True,
    pin_memory=True,
    drop_last=True,
    sampler=dict(type="mcf.SeededSampler", shuffle=True),
    collate_fn=dict(type="default_collate"),
    dataset=dict(
        type="mcf.SeededDataset",
        dataset=dict(
            type="mcf.FaceImages",
            metainfo=dict(dataset_name="LAION-FACE-cropped"),
            store=dict(type="mcf.open_store", root=data_root),
            pipeline=train_pipeline,
        ),
    ),
)
