# 201 faces of 179 photos of Helen with 29 points, each face held out once; those of one
# photo together.
landmark_probe = dict(
    type="mcf.LandmarkProbe",
    dataset=dict(
        type="mcf.LandmarkFile",
        data_root="data/faces_samples/helen_29",
        ann_file="helen29_train.json",
        name="helen29",
        schema="cofw29",
        img_dir="images",
        photo_pattern=r"^(\d+)_\d+\.jpg$",
    ),
)
