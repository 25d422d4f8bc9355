# The mini benchmark's backbone (64 pixels, 8 x 8 patches) with a narrow UPerHead.
_base_ = ["../../../../configs/_base_/models/parsing_vit-tiny-p14_uper.py"]

model = dict(backbone=dict(input_size=64, patch_size=8))
