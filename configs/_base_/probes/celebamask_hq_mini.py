# CelebAMask-HQ, 19 classes: fitted on 640 faces, scored on 160 others.
mini = dict(
    type="mcf.ParsingDataset",
    data_root="data/faces_samples/celebamask_hq_mini",
    class_set="celebamask_hq_official",
)
parts_probe = dict(
    type="mcf.PartsProbe",
    train=dict(
        type="mcf.ParsingDataset",
        data_root="data/faces_train/celebamask_hq_256",
        class_set="celebamask_hq_official",
        data_prefix=dict(img_path="images", seg_map_path="labels"),
    ),
    test=dict(
        type="ConcatDataset",
        datasets=[
            dict(
                mini,
                data_prefix=dict(img_path="train/images", seg_map_path="train/masks"),
            ),
            dict(
                mini, data_prefix=dict(img_path="val/images", seg_map_path="val/masks")
            ),
        ],
    ),
)
