# The mini benchmark's backbone (64 pixels, 8 x 8 patches) with mmpose's SimCC head. The
# run config says how many points there are (model.head.out_channels) and puts the codec
# into its training pipeline.
_base_ = ["../../../../configs/_base_/models/alignment_vit-tiny-p14_simcc.py"]

codec = dict(
    type="SimCCLabel", input_size=(64, 64), sigma=(2.0, 2.0), simcc_split_ratio=4.0
)
model = dict(
    backbone=dict(input_size=64, patch_size=8),
    head=dict(input_size=(64, 64), simcc_split_ratio=4.0, decoder=codec),
)
