_base_ = [
    "../_base_/models/parsing_vit-tiny-p14_uper.py",
    "../_base_/datasets/lapa_112_parsing.py",
    "../_base_/schedules/parsing_20e_small.py",
    "../_base_/parsing_runtime.py",
]

data_preprocessor = _base_.data_preprocessor
model = dict(data_preprocessor=data_preprocessor, decode_head=dict(num_classes=11))
