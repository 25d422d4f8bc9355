# LaPa, 106 points: official train, val and test parts; val selects the model. The crop
# is made from the square around the true points, as the set has no boxes.
# The run config adds the pipelines. On the command line:
#   --cfg-options train_dataloader.dataset.dataset.data_root=PATH \
#       val_dataloader.dataset.data_root=PATH test_dataloader.dataset.data_root=PATH
data_root = "data/LaPa"

train_dataloader = dict(
    batch_size=5,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type="mcf.SeededSampler", shuffle=True),
    dataset=dict(
        type="mcf.SeededDataset",
        dataset=dict(
            type="mcf.LaPa106",
            data_root=data_root,
            split="train",
        ),
    ),
)
val_dataloader = dict(
    batch_size=5,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="mcf.LaPa106",
        data_root=data_root,
        split="val",
        test_mode=True,
    ),
)
test_dataloader = dict(
    batch_size=5,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="mcf.LaPa106",
        data_root=data_root,
        split="test",
        test_mode=True,
    ),
)
