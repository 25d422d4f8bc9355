# The ring of minutes: global tasks on published splits, landmarks and parts on small
# sets. docs/benchmark.md says where the data come from.
#   mcf benchmark BACKBONE --suite minutes --data data
_base_ = [
    "../_base_/probes/helen29.py",
    "../_base_/probes/celebamask_hq_mini.py",
]

shares = [0.01, 0.1, 1.0]
utkface = [
    dict(data_root="data/utkface"),
    dict(
        data_root="data/faces_suite",
        images=[
            "data/faces_suite/utkface_test_112.tar",
            "data/faces_train/unlabelled_112",
        ],
    ),
]
lfw = [
    dict(data_root="data/lfw"),
    dict(
        data_root="data/faces_suite",
        images=["data/faces_suite/lfw_pairs_112.tar"],
    ),
]
rows = [
    dict(
        name="age",
        title="UTKFace age, 21 to 60",
        score=dict(key="mae", title="MAE in years", higher=False),
        train=dict(type="mcf.UTKFace", task="age", split="train"),
        test=dict(type="mcf.UTKFace", task="age", split="test"),
        places=utkface,
        shares=shares,
        published=[
            dict(
                model="Faceptor",
                value=4.10,
                how="trained on several sets, 112 pixels",
                source="repository lxq1000/Faceptor",
            ),
            dict(
                model="FaceXFormer",
                value=4.17,
                how="trained on several sets",
                source="its paper",
            ),
            dict(
                model="VOLO-D1",
                value=4.23,
                how="fine-tuned",
                source="repository WildChlamydia/MiVOLO",
            ),
            dict(
                model="DLDL-v2", value=4.42, how="fine-tuned", source="Faceptor's table"
            ),
            dict(
                model="CORAL",
                value=5.47,
                how="fine-tuned ResNet-34",
                source="repository Raschka-research-group/coral-cnn",
            ),
        ],
        fine_tune="vit-tiny-p14_dldl_1xb64-fp32-coslr-10e_utkface-112",
        note="CORAL's split; the published networks were trained through, this is a "
        "ridge regression on frozen features",
    ),
    dict(
        name="gender",
        title="UTKFace gender",
        score=dict(key="accuracy", title="accuracy %", higher=True),
        train=dict(type="mcf.UTKFace", task="gender", split="train"),
        test=dict(type="mcf.UTKFace", task="gender", split="test"),
        places=utkface,
        shares=shares,
        published=[
            dict(
                model="VOLO-D1",
                value=97.69,
                how="fine-tuned, another split",
                source="repository WildChlamydia/MiVOLO",
            )
        ],
        note="no official split for gender: CORAL's age split is used",
    ),
    dict(
        name="race",
        title="UTKFace race, 5 groups",
        score=dict(key="accuracy", title="accuracy %", higher=True),
        train=dict(type="mcf.UTKFace", task="race", split="train"),
        test=dict(type="mcf.UTKFace", task="race", split="test"),
        places=utkface,
        shares=shares,
        note="as labelled by the set's authors; to measure gaps, never to sort people",
    ),
    dict(
        name="lfw",
        title="LFW, 6,000 pairs",
        score=dict(key="accuracy", title="accuracy %", higher=True),
        pairs=dict(type="mcf.LFWPairs"),
        places=lfw,
        published=[
            dict(
                model="ViT + CosFace",
                value=99.83,
                how="trained to recognise millions of faces",
                source="secondary; not checked against its paper",
            ),
            dict(
                model="FaRL + CosFace",
                value=99.60,
                how="fine-tuned to recognise faces",
                source="secondary; not checked against its paper",
            ),
            dict(
                model="Faceptor",
                value=99.40,
                how="trained on several sets",
                source="repository lxq1000/Faceptor",
            ),
        ],
        note="cosine of frozen vectors, nothing is learned; threshold from the other "
        "nine folds",
    ),
    dict(
        name="landmarks",
        title="Helen, 29 points",
        score=dict(key="landmarks/ridge_nme", title="NME %", higher=False),
        probe={{_base_.landmark_probe}},
        site="a sample of Helen with 29 points (docs/protocol.md); any set of "
        "mcf.LandmarkFile does in a config of your own",
        note="201 faces, each held out once; all labels, for 1 % would be two faces",
    ),
    dict(
        name="parts",
        title="CelebAMask-HQ mini, 18 parts",
        score=dict(key="parts/linear_f1", title="mean F1 %", higher=True),
        probe={{_base_.parts_probe}},
        shares=[0.1, 1.0],
        site="https://github.com/switchablenorms/CelebAMask-HQ",
        note="a linear map from frozen tokens, 640 faces to fit and 160 to score",
    ),
]
