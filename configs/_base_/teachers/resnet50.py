# ImageNet ResNet-50: resnet50-11ad3fa6.pth of torchvision (its names are mmpretrain's).
# Without the first stage; 28 x 28, 14 x 14 and 7 x 7 cells at 224 pixels.
teacher = dict(
    type="mcf.TeacherTarget",
    model=dict(type="ResNet", depth=50, out_indices=(1, 2, 3)),
    taps=[0, 1, 2],
    checkpoint="data/weights/resnet50-11ad3fa6.pth",
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
)
