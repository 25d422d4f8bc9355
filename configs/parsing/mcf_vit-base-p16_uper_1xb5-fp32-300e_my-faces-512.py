# Photos and masks of your own; set num_classes to the length of the class list, or
# training does not start.
_base_ = [
    "../_base_/models/parsing_vit-base-p16_uper.py",
    "../_base_/datasets/generic_parsing.py",
    "../_base_/schedules/parsing_300e_released.py",
    "../_base_/parsing_runtime.py",
]

data_preprocessor = _base_.data_preprocessor
model = dict(data_preprocessor=data_preprocessor, decode_head=dict(num_classes=2))
