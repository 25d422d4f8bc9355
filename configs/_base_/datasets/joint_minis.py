# Helen (29 points, 163 + 38 faces) and the small CelebAMask-HQ (19 classes, 760 + 40
# photos). One rule: a square of twice the side of the square about the points. The
# photos of CelebAMask-HQ are aligned: it lies at one place in all of them (mean over 60
# detected faces, sd 0.03). Neither has a test part, so nothing is selected.
# Folders, on the command line:
#   --cfg-options train_dataloader.dataset.dataset.tasks.points.data_root=PATH ...
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
load = dict(type="mcf.LoadFaceImage")
place = dict(type="mcf.AlignedBox", box=(0.2, 0.35, 0.8, 0.95))
jitter = dict(distribution="normal", rotation=0.314, scale=0.1, shift=0.01)
train_crop = dict(type="mcf.FaceCrop", size=112, scale=0.5, jitter=jitter)
test_crop = dict(type="mcf.FaceCrop", size=112, scale=0.5)
colours = [
    dict(type="mcf.RandomGray", prob=0.1),
    dict(type="mcf.RandomGamma"),
    dict(type="mcf.RandomBoxBlur", max_share=0.01),
]

points = dict(
    _scope_="mmpose",
    type="mcf.LandmarkFile",
    data_root="data/helen_29",
    ann_file="helen29_train.json",
    name="helen29",
    schema="cofw29",
    img_dir="images",
    box="landmarks",
    # faces 100040721_1.jpg and 100040721_2.jpg are from one photo
    photo_pattern=r"^(\d+)_\d+\.jpg$",
    holdout=0.2,
)
parts = dict(
    _scope_="mmseg", type="mcf.ParsingDataset", class_set="celebamask_hq_official"
)
mini_root = "data/faces_samples/celebamask_hq_mini"
codec = dict(type="mcf.NormalisedPoints", input_size=(112, 112))
train_points = [
    load,
    train_crop,
    *colours,
    dict(type="GenerateTarget", encoder=codec),
    dict(type="PackPoseInputs", meta_keys=meta_keys),
]
train_parts = [
    load,
    place,
    dict(type="mcf.LoadMask"),
    train_crop,
    *colours,
    dict(type="PackSegInputs"),
]
test_points = [load, test_crop, dict(type="PackPoseInputs", meta_keys=meta_keys)]
# the mask is loaded after the crop: scores are counted at the size of the original
test_parts = [
    load,
    place,
    test_crop,
    dict(type="mcf.LoadMask"),
    dict(type="mcf.PackFaceParsing"),
]

train_dataloader = dict(
    dataset=dict(
        dataset=dict(
            tasks=dict(
                points=dict(points, part="train", pipeline=train_points),
                parts=dict(
                    type="ConcatDataset",
                    _scope_="mmseg",
                    datasets=[
                        dict(
                            parts,
                            data_root=mini_root,
                            data_prefix=dict(
                                img_path="train/images", seg_map_path="train/masks"
                            ),
                            pipeline=train_parts,
                        ),
                        dict(
                            parts,
                            data_root="data/faces_train/celebamask_hq_256",
                            data_prefix=dict(img_path="images", seg_map_path="labels"),
                            pipeline=train_parts,
                        ),
                    ],
                ),
            )
        )
    ),
)
val_dataloader = test_dataloader = dict(
    dataset=dict(
        tasks=dict(
            points=dict(points, part="val", pipeline=test_points, test_mode=True),
            parts=dict(
                parts,
                data_root=mini_root,
                data_prefix=dict(img_path="val/images", seg_map_path="val/masks"),
                pipeline=test_parts,
                test_mode=True,
            ),
        )
    )
)
val_evaluator = test_evaluator = dict(
    type="mcf.JointEvaluator",
    metrics=dict(
        points=dict(
            type="mcf.LandmarkMetric",
            schema="cofw29",
            normalisers=["interocular", "interpupil"],
        ),
        parts=dict(type="mcf.ParsingMetric"),
    ),
)
