# WFLW, 98 points: 7,500 faces of which a tenth of the images selects the model, and
# 2,500 to test (six subsets). The crop is 1.25 times the square around the true points.
# On the command line:
#   --cfg-options train_dataloader.dataset.dataset.data_root=PATH \
#       val_dataloader.dataset.data_root=PATH test_dataloader.dataset.data_root=PATH
_base_ = ["alignment_pipelines.py"]

data_root = "data/WFLW"
train_pipeline = _base_.train_pipeline
test_pipeline = _base_.test_pipeline

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
            pipeline=train_pipeline,
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
        pipeline=test_pipeline,
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
        pipeline=test_pipeline,
        test_mode=True,
    ),
)

val_evaluator = dict(
    type="mcf.LandmarkMetric",
    schema="wflw98",
    normalisers=["interocular", "interpupil"],
    curves=dict(interocular=[0.1]),
)
test_evaluator = val_evaluator
