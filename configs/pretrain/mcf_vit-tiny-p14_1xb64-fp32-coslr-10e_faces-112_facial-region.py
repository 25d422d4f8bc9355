# Small faces with masks that prefer brows, eyes, nose and mouth. The data must be
# aligned by five points; these are where UTKFace's aligned crops have them. For others:
# python tools/show_masks.py FACES --out masks.png --max-images 300 --points detected
_base_ = [
    "../_base_/models/mcf_vit-tiny-p14.py",
    "../_base_/teachers/mobilenetv2.py",
    "../_base_/datasets/faces_112.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/default_runtime.py",
]

model = dict(
    masking=dict(
        type="mcf.FacialRegionMasking",
        points=[
            (0.31, 0.292),
            (0.677, 0.301),
            (0.492, 0.537),
            (0.334, 0.681),
            (0.648, 0.686),
        ],
    ),
    target_generator={{_base_.teacher}},
)
