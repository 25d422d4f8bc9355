# Photos and index masks of your own:
#   data/my_faces/{train,val,test}/images/NAME.jpg
#   data/my_faces/{train,val,test}/masks/NAME.png   (grey or palette, number = class)
#   data/my_faces/classes.txt                       (one name a line, background first)
# Elsewhere: set data_root and class_set.classes of all three data sets; the list does
# not follow data_root. Set model.decode_head.num_classes to the length of the list.
# Name the classes that trade places when a face is mirrored in swap_names, for example
# [("left_eye", "right_eye")]. Select on val, report on test. Faces fill their photos;
# for whole photos with five points or boxes use mcf.FaceAlign or mcf.FaceCrop.
_base_ = ["./parsing_data.py"]

data_root = "data/my_faces"
class_set = dict(name="my_faces", classes="data/my_faces/classes.txt", swap_names=[])

train_pipeline = [
    dict(type="mcf.LoadFaceImage"),
    dict(type="mcf.LoadMask"),
    dict(
        type="mcf.WholeImageCrop",
        size=512,
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
    dict(type="mcf.WholeImageCrop", size=512),
    dict(type="mcf.LoadMask"),
    dict(type="mcf.PackFaceParsing"),
]

train_dataloader = dict(
    dataset=dict(
        dataset=dict(
            type="mcf.ParsingDataset",
            data_root=data_root,
            class_set=class_set,
            data_prefix=dict(img_path="train/images", seg_map_path="train/masks"),
            pipeline=train_pipeline,
        ),
    ),
)
val_dataloader = dict(
    dataset=dict(
        type="mcf.ParsingDataset",
        data_root=data_root,
        class_set=class_set,
        data_prefix=dict(img_path="val/images", seg_map_path="val/masks"),
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
test_dataloader = dict(
    dataset=dict(
        type="mcf.ParsingDataset",
        data_root=data_root,
        class_set=class_set,
        data_prefix=dict(img_path="test/images", seg_map_path="test/masks"),
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
