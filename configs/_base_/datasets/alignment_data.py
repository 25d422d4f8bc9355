# What the sets share. Face crops are as in the released fine-tuning (protocol §2.3):
# the box is scaled by 0.8, so that the crop is 1.25 times as wide; the targets are
# fractions of the crop.
meta_keys = (
    "id",
    "sample_name",
    "img_path",
    "subsets",
    "bbox_score",
    "annotated_bbox",
    "keypoints_labelled",
    "crop_matrix",
    "input_size",
    "input_center",
    "input_scale",
    "flip_indices",
)

train_pipeline = [
    dict(type="mcf.LoadFaceImage"),
    dict(
        type="mcf.FaceCrop",
        size=512,
        scale=0.8,
        jitter=dict(rotation=0.174, scale=0.1, shift=0.05),
    ),
    dict(type="mcf.RandomOcclusion"),
    dict(type="mcf.NoiseFusion", prob=0.5),
    dict(type="mcf.RandomGray", prob=0.1),
    dict(type="mcf.RandomGamma"),
    dict(type="mcf.RandomBoxBlur", max_share=0.01),
    dict(
        type="GenerateTarget",
        encoder=dict(type="mcf.NormalisedPoints", input_size=(512, 512)),
    ),
    dict(type="PackPoseInputs", meta_keys=meta_keys),
]

test_pipeline = [
    dict(type="mcf.LoadFaceImage"),
    dict(type="mcf.FaceCrop", size=512, scale=0.8),
    dict(type="PackPoseInputs", meta_keys=meta_keys),
]

train_dataloader = dict(
    batch_size=5,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type="mcf.SeededSampler", shuffle=True),
    dataset=dict(type="mcf.SeededDataset"),
)
val_dataloader = test_dataloader = dict(
    batch_size=5,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
)

val_evaluator = test_evaluator = dict(
    type="mcf.LandmarkMetric",
    normalisers=["interocular", "interpupil"],
    curves=dict(interocular=[0.1]),
)
