# 29 points, learned from Helen, and 19 parts, learned from CelebAMask-HQ, by one
# backbone in one run.
_base_ = [
    "../_base_/models/joint_vit-tiny-p14.py",
    "../_base_/datasets/joint_minis.py",
    "../_base_/schedules/joint_adamw_20e_small.py",
    "../_base_/joint_runtime.py",
]

# 1 / sqrt(share) of the training pixels, background 1, the necklace limited to 15
class_weight = [1.0, 1.1, 3.7, 9.4, 11.0, 11.0, 8.2, 8.3, 7.7, 8.5]
class_weight += [9.9, 8.4, 6.6, 0.97, 5.0, 12.0, 15.0, 2.7, 2.9]

model = dict(
    tasks=dict(
        points=dict(head=dict(num_keypoints=29)),
        parts=dict(
            decode_head=dict(
                num_classes=19, loss_decode=dict(class_weight=class_weight)
            )
        ),
    ),
    # the losses of points are small numbers: shares of the crop
    loss_weights=dict(points=10.0, parts=1.0),
)
