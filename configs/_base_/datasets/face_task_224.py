# Whole aligned faces at 224 pixels, mirrored at random; the run config names the set.
meta_keys = ("sample_name", "img_path", "groups")
labels = ["gt_age", "gt_rotation"]
train_pipeline = [
    dict(type="mcf.LoadFaceImage"),
    dict(type="Resize", scale=(224, 224)),
    dict(type="RandomFlip", prob=0.5),
    dict(type="PackInputs", algorithm_keys=labels, meta_keys=meta_keys),
]
test_pipeline = [
    dict(type="mcf.LoadFaceImage"),
    dict(type="Resize", scale=(224, 224)),
    dict(type="PackInputs", algorithm_keys=labels, meta_keys=meta_keys),
]
train_dataloader = dict(
    batch_size=64,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=True),
    dataset=dict(split="train", pipeline=train_pipeline),
)
test_dataloader = dict(
    batch_size=64,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(split="test", pipeline=test_pipeline, test_mode=True),
)
test_evaluator = dict(type="mcf.FaceTaskMetric")
