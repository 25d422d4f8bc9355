_base_ = [
    "../_base_/models/parsing_vit-base-p16_uper.py",
    "../_base_/datasets/lapa_parsing.py",
    "../_base_/schedules/parsing_300e_released.py",
    "../_base_/parsing_runtime.py",
]

data_preprocessor = _base_.data_preprocessor
model = dict(data_preprocessor=data_preprocessor, decode_head=dict(num_classes=11))
