# The small backbone with mmpose's SimCC head as in RTMPose: two distributions a point,
# over x and over y. The run config says how many points there are
# (model.head.out_channels) and puts the codec into its training pipeline.
_base_ = ["./alignment_vit-tiny-p14.py"]

codec = dict(
    type="SimCCLabel", input_size=(112, 112), sigma=(2.5, 2.5), simcc_split_ratio=2.0
)
model = dict(
    head=dict(
        type="RTMCCHead",
        in_channels=192,
        input_size=(112, 112),
        in_featuremap_size=(8, 8),
        simcc_split_ratio=2.0,
        final_layer_kernel_size=3,
        gau_cfg=dict(
            hidden_dims=128,
            s=64,
            expansion_factor=2,
            dropout_rate=0.0,
            drop_path=0.0,
            act_fn="SiLU",
            use_rel_bias=False,
            pos_enc=False,
        ),
        loss=dict(
            type="KLDiscretLoss", use_target_weight=True, beta=10.0, label_softmax=True
        ),
        decoder=codec,
    )
)
