# The dense ring on official downloads by quick probes of frozen tokens: landmarks by
# ridge regression in five folds of the test part, parts by a linear map. These are not
# the published protocols, which train a head for days: configs/alignment/ and
# configs/parsing/ (*_frozen.py) have those.
#   mcf benchmark BACKBONE --suite dense --data data
nme = dict(key="landmarks/ridge_nme", title="NME %, probe", higher=False)
f1 = dict(key="parts/linear_f1", title="mean F1 %, probe", higher=True)
rows = [
    dict(
        name="300w",
        title="300W test, 68 points",
        score=nme,
        probe=dict(
            type="mcf.LandmarkProbe",
            dataset=dict(type="mcf.IBUG300W", data_root="data/300W", split="test"),
        ),
    ),
    dict(
        name="cofw",
        title="COFW test, 29 points",
        score=nme,
        probe=dict(
            type="mcf.LandmarkProbe",
            dataset=dict(type="mcf.COFW29", data_root="data/COFW", split="test"),
        ),
    ),
    dict(
        name="wflw",
        title="WFLW test, 98 points",
        score=nme,
        probe=dict(
            type="mcf.LandmarkProbe",
            dataset=dict(type="mcf.WFLW98", data_root="data/WFLW", split="test"),
        ),
    ),
    dict(
        name="lapa",
        title="LaPa, 10 parts",
        score=f1,
        probe=dict(
            type="mcf.PartsProbe",
            train=dict(type="mcf.LaPaDataset", data_root="data/LaPa", split="val"),
            test=dict(type="mcf.LaPaDataset", data_root="data/LaPa", split="test"),
            neighbours=None,
        ),
        note="fitted on the 2,000 validation faces, for the tokens must fit in memory",
    ),
    dict(
        name="cofw_occlusion",
        title="COFW, hidden points",
        score=dict(key="mean_accuracy", title="mean accuracy %", higher=True),
        train=dict(type="mcf.COFWOcclusion", split="train"),
        test=dict(type="mcf.COFWOcclusion", split="test"),
        places=[dict(data_root="data/COFW")],
        note="accuracy per point; the published number is recall at 80 % precision",
    ),
]
