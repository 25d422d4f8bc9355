# Released parsing network (protocol §2.1): ViT-B/16 at 448 pixels, raw outputs of
# blocks 3, 5, 7 and 11, adapters to strides 4 to 32, UPerHead of 768 channels and no
# auxiliary head.
# num_classes of the head is set where the data set is chosen.
model = dict(
    type="mcf.FaceParser",
    backbone=dict(
        type="mcf.DenseViT",
        arch="base",
        input_size=448,
        patch_size=16,
        out_indices=[3, 5, 7, 11],
        with_cp=True,
    ),
    neck=dict(
        type="mcf.ViTFeaturePyramid", embed_dims=768, norm_cfg=dict(type="SyncBN")
    ),
    decode_head=dict(
        type="UPerHead",
        in_channels=[768, 768, 768, 768],
        in_index=[0, 1, 2, 3],
        channels=768,
        pool_scales=(1, 2, 3, 6),
        dropout_ratio=0.1,
        norm_cfg=dict(type="SyncBN"),
        align_corners=False,
        # plain mean over the pixels, logits resized to the size of the crop
        loss_decode=dict(type="CrossEntropyLoss"),
    ),
    test_cfg=dict(mode="whole"),
)
