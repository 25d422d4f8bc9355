# Drawn faces: 68 points of some, 11 parts of others, nothing to download. One rule: the
# whole picture is the crop. No workers: each would draw all faces for itself.
_base_ = ["./joint_data.py"]

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
jitter = dict(distribution="normal", rotation=0.314, scale=0.1, shift=0.01)
train_crop = dict(type="mcf.WholeImageCrop", size=112, jitter=jitter)
test_crop = dict(type="mcf.WholeImageCrop", size=112)
colours = [dict(type="mcf.RandomGray", prob=0.1), dict(type="mcf.RandomGamma")]

points = dict(_scope_="mmpose", type="mcf.SyntheticLandmarks")
parts = dict(_scope_="mmseg", type="mcf.SyntheticParsing")
codec = dict(type="mcf.NormalisedPoints", input_size=(112, 112))
train_points = [
    train_crop,
    *colours,
    dict(type="GenerateTarget", encoder=codec),
    dict(type="PackPoseInputs", meta_keys=meta_keys),
]
test_points = [test_crop, dict(type="PackPoseInputs", meta_keys=meta_keys)]
train_parts = [train_crop, *colours, dict(type="PackSegInputs")]
test_parts = [test_crop, dict(type="mcf.PackFaceParsing")]

train_dataloader = dict(
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        dataset=dict(
            tasks=dict(
                points=dict(points, split="train", length=192, pipeline=train_points),
                parts=dict(
                    parts, split="train", length=192, seed=2, pipeline=train_parts
                ),
            )
        )
    ),
)
held_out = dict(length=48, test_mode=True)
val_dataloader = dict(
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        tasks=dict(
            points=dict(points, split="val", pipeline=test_points, **held_out),
            parts=dict(parts, split="val", pipeline=test_parts, **held_out),
        )
    ),
)
test_dataloader = dict(
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        tasks=dict(
            points=dict(points, split="test", pipeline=test_points, **held_out),
            parts=dict(parts, split="test", pipeline=test_parts, **held_out),
        )
    ),
)
val_evaluator = test_evaluator = dict(
    type="mcf.JointEvaluator",
    metrics=dict(
        points=dict(type="mcf.LandmarkMetric", schema="ibug68"),
        parts=dict(type="mcf.ParsingMetric"),
    ),
)
