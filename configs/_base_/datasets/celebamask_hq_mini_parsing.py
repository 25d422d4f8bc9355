# 760 training and 40 validation pairs of CelebAMask-HQ, 19 classes in the official
# order, from two folders of photos and composed masks. There is no test part: the
# validation pairs give the numbers, so select nothing on them.
# Folders, on the command line:
#   --cfg-options train_dataloader.dataset.dataset.datasets.0.data_root=PATH \
#       train_dataloader.dataset.dataset.datasets.1.data_root=PATH \
#       val_dataloader.dataset.data_root=PATH test_dataloader.dataset.data_root=PATH
_base_ = ["./parsing_data.py"]

mini_root = "data/faces_samples/celebamask_hq_mini"
more_root = "data/faces_train/celebamask_hq_256"
class_set = "celebamask_hq_official"

data_preprocessor = dict(size=(112, 112))

train_pipeline = [
    dict(type="mcf.LoadFaceImage"),
    dict(type="mcf.LoadMask"),
    dict(
        type="mcf.WholeImageCrop",
        size=112,
        jitter=dict(distribution="normal", rotation=0.314, scale=0.1, shift=0.01),
    ),
    dict(type="mcf.RandomGray", prob=0.1),
    dict(type="mcf.RandomGamma"),
    dict(type="mcf.RandomBoxBlur", max_share=0.01),
    dict(type="PackSegInputs"),
]
# the mask is loaded after the crop: scores are counted at the size of the original
test_pipeline = [
    dict(type="mcf.LoadFaceImage"),
    dict(type="mcf.WholeImageCrop", size=112),
    dict(type="mcf.LoadMask"),
    dict(type="mcf.PackFaceParsing"),
]

train_dataloader = dict(
    batch_size=8,
    num_workers=2,
    dataset=dict(
        dataset=dict(
            type="ConcatDataset",
            datasets=[
                dict(
                    type="mcf.ParsingDataset",
                    data_root=mini_root,
                    class_set=class_set,
                    data_prefix=dict(
                        img_path="train/images", seg_map_path="train/masks"
                    ),
                    pipeline=train_pipeline,
                ),
                dict(
                    type="mcf.ParsingDataset",
                    data_root=more_root,
                    class_set=class_set,
                    data_prefix=dict(img_path="images", seg_map_path="labels"),
                    pipeline=train_pipeline,
                ),
            ],
        ),
    ),
)
val_dataloader = test_dataloader = dict(
    num_workers=2,
    dataset=dict(
        type="mcf.ParsingDataset",
        data_root=mini_root,
        class_set=class_set,
        data_prefix=dict(img_path="val/images", seg_map_path="val/masks"),
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
