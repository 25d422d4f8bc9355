# Helen, 29 points in the order of COFW: 201 faces in mmpose's form. There is no test
# part: a fifth of the photos is held out, for val and test alike. So report the last
# epoch; the best one on these faces would be chosen with what it is measured by.
# On the command line:
#   --data PATH
_base_ = ["./alignment_data.py"]

data_root = "data/helen_29"
# faces 100040721_1.jpg and 100040721_2.jpg are from one photo
photo_pattern = r"^(\d+)_\d+\.jpg$"
train_pipeline = _base_.train_pipeline
test_pipeline = _base_.test_pipeline
train_pipeline[1].size = test_pipeline[1].size = 112
train_pipeline[-2].encoder.input_size = (112, 112)

train_dataloader = dict(
    batch_size=8,
    num_workers=1,
    dataset=dict(
        dataset=dict(
            type="mcf.LandmarkFile",
            data_root=data_root,
            ann_file="helen29_train.json",
            name="helen29",
            schema="cofw29",
            img_dir="images",
            box="landmarks",
            photo_pattern=photo_pattern,
            part="train",
            holdout=0.2,
            pipeline=train_pipeline,
        ),
    ),
)
val_dataloader = test_dataloader = dict(
    batch_size=8,
    num_workers=1,
    dataset=dict(
        type="mcf.LandmarkFile",
        data_root=data_root,
        ann_file="helen29_train.json",
        name="helen29",
        schema="cofw29",
        img_dir="images",
        box="landmarks",
        photo_pattern=photo_pattern,
        part="val",
        holdout=0.2,
        pipeline=test_pipeline,
        test_mode=True,
    ),
)

val_evaluator = test_evaluator = dict(schema="cofw29")
