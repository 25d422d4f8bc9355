# WFLW, 98 points: 7,500 faces of which a tenth of the images selects the model, and
# 2,500 to test (six subsets). The crop is 1.25 times the square around the true points.
# The run config adds the pipelines. On the command line:
#   --cfg-options train_dataloader.dataset.dataset.data_root=PATH \
#       val_dataloader.dataset.data_root=PATH test_dataloader.dataset.data_root=PATH
data_root = "data/WFLW"

train_dataloader = dict(
    batch_size=5,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type="mcf.SeededSampler", shuffle=True),
    dataset=dict(
        type="mcf.SeededDataset",
        dataset=dict(
            type="mcf.WFLW98",
            data_root=data_root,
            split="train",
            part="train",
            holdout=0.1,
        ),
    ),
)
val_dataloader = dict(
    batch_size=5,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="mcf.WFLW98",
        data_root=data_root,
        split="train",
        part="val",
        holdout=0.1,
        test_mode=True,
    ),
)
test_dataloader = dict(
    batch_size=5,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="mcf.WFLW98",
        data_root=data_root,
        split="test",
        test_mode=True,
    ),
)
