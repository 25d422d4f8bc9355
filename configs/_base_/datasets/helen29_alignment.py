# Helen, 29 points in the order of COFW: 201 faces in mmpose's form. There is no test
# part: a fifth of the photos is held out, for val and test alike. So report the last
# epoch; the best one on these faces would be chosen with what it is measured by.
# The run config adds the pipelines. On the command line:
#   --cfg-options train_dataloader.dataset.dataset.data_root=PATH \
#       val_dataloader.dataset.data_root=PATH test_dataloader.dataset.data_root=PATH
data_root = "data/helen_29"
# faces 100040721_1.jpg and 100040721_2.jpg are from one photo
photo_pattern = r"^(\d+)_\d+\.jpg$"

train_dataloader = dict(
    batch_size=5,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type="mcf.SeededSampler", shuffle=True),
    dataset=dict(
        type="mcf.SeededDataset",
        dataset=dict(
            type="mcf.LandmarkFile",
            data_root=data_root,
            ann_file="helen29_train.json",
            name="helen29",
            schema="cofw29",
            img_dir="images",
            box="landmarks",
            photo_pattern=photo_pattern,
            part="train",
            holdout=0.2,
        ),
    ),
)
val_dataloader = dict(
    batch_size=5,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="mcf.LandmarkFile",
        data_root=data_root,
        ann_file="helen29_train.json",
        name="helen29",
        schema="cofw29",
        img_dir="images",
        box="landmarks",
        photo_pattern=photo_pattern,
        part="val",
        holdout=0.2,
        test_mode=True,
    ),
)
test_dataloader = dict(
    batch_size=5,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="mcf.LandmarkFile",
        data_root=data_root,
        ann_file="helen29_train.json",
        name="helen29",
        schema="cofw29",
        img_dir="images",
        box="landmarks",
        photo_pattern=photo_pattern,
        part="val",
        holdout=0.2,
        test_mode=True,
    ),
)
