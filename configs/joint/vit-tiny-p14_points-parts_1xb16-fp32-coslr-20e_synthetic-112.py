# 68 points and 11 parts of drawn faces by one backbone: nothing to download.
_base_ = [
    "../_base_/models/joint_vit-tiny-p14.py",
    "../_base_/datasets/joint_synthetic.py",
    "../_base_/schedules/joint_adamw_20e_small.py",
    "../_base_/joint_runtime.py",
]

# Short runs find small parts only if their pixels count for more: 1 / sqrt(share) of
# the training pixels, background 1.
class_weight = [1.0, 1.8, 14.0, 14.0, 13.0, 12.0, 6.6, 17.0, 18.0, 13.0, 2.1]

model = dict(
    tasks=dict(
        points=dict(head=dict(num_keypoints=68)),
        parts=dict(
            decode_head=dict(
                num_classes=11, loss_decode=dict(class_weight=class_weight)
            )
        ),
    ),
    # the losses of points are small numbers: shares of the crop
    loss_weights=dict(points=10.0, parts=1.0),
)
