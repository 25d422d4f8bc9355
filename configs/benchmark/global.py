# The ring of global tasks on the official downloads; docs/tasks/overview.md says where
# they come from and what they must not be used for.
#   mcf benchmark BACKBONE --suite global --data data
shares = [0.01, 0.1, 1.0]
accuracy = dict(key="accuracy", title="accuracy %", higher=True)
mean_accuracy = dict(key="mean_accuracy", title="mean accuracy %", higher=True)
years = dict(key="mae", title="MAE in years", higher=False)
degrees = dict(key="mae", title="MAE of Euler angles, degrees", higher=False)
crop = [
    dict(
        type="mcf.LooseCrop",
        k=(0.2, 0.2),
        sides=(2.0, 2.0, 2.0, 0.6),
    )
]
paper = "its paper or repository"
rows = [
    dict(
        name="celeba",
        title="CelebA, 40 attributes",
        score=mean_accuracy,
        train=dict(type="mcf.CelebA40", split="train"),
        test=dict(type="mcf.CelebA40", split="test"),
        places=[dict(data_root="data/celeba")],
        shares=shares,
        published=[
            dict(
                model="FaRL",
                value=91.88,
                how="fine-tuned",
                source="secondary, not verified",
            ),
            dict(model="FaceXFormer", value=91.83, how="several sets", source=paper),
            dict(
                model="FaRL, frozen",
                value=91.39,
                how="frozen",
                source="secondary, quoting the paper",
            ),
        ],
    ),
    dict(
        name="lfwa",
        title="LFWA, 40 attributes",
        score=mean_accuracy,
        train=dict(type="mcf.LFWA40", split="train"),
        test=dict(type="mcf.LFWA40", split="test"),
        places=[dict(data_root="data/lfwa")],
        shares=[0.05, 0.1, 1.0],
    ),
    dict(
        name="rafdb",
        title="RAF-DB, 7 expressions",
        score=accuracy,
        train=dict(type="mcf.RAFDB", split="train"),
        test=dict(type="mcf.RAFDB", split="test"),
        places=[dict(data_root="data/rafdb")],
        shares=shares,
        published=[
            dict(model="Faceptor", value=91.26, how="several sets", source=paper),
            dict(model="SwinFace", value=90.97, how="fine-tuned", source=paper),
            dict(model="FaceXFormer", value=88.24, how="several sets", source=paper),
        ],
    ),
    dict(
        name="aflw2000",
        title="AFLW2000 head pose, from 300W-LP",
        score=degrees,
        train=dict(
            type="mcf.Pose300WLP",
            data_root="data/300w_lp",
            split="train",
            pipeline=crop,
        ),
        test=dict(
            type="mcf.AFLW2000",
            data_root="data/aflw2000",
            split="test",
            pipeline=crop,
        ),
        published=[
            dict(model="6DRepNet", value=3.97, how="trained through", source=paper)
        ],
        note="the released crop of the test part, for both parts",
    ),
    dict(
        name="agedb_30",
        title="AgeDB-30 pairs",
        score=accuracy,
        pairs=dict(type="mcf.AgeDB30"),
        places=[dict(data_root="data/agedb_30")],
        published=[
            dict(model="Faceptor", value=93.65, how="several sets", source=paper)
        ],
    ),
    dict(
        name="cfp_fp",
        title="CFP-FP pairs",
        score=accuracy,
        pairs=dict(type="mcf.CFPFP"),
        places=[dict(data_root="data/cfp_fp")],
        published=[
            dict(model="Faceptor", value=96.34, how="several sets", source=paper)
        ],
    ),
    dict(
        name="calfw",
        title="CALFW pairs",
        score=accuracy,
        pairs=dict(type="mcf.CALFW"),
        places=[dict(data_root="data/calfw")],
        published=[
            dict(model="Faceptor", value=94.75, how="several sets", source=paper)
        ],
    ),
    dict(
        name="cplfw",
        title="CPLFW pairs",
        score=accuracy,
        pairs=dict(type="mcf.CPLFW"),
        places=[dict(data_root="data/cplfw")],
        published=[
            dict(model="Faceptor", value=92.27, how="several sets", source=paper)
        ],
    ),
    dict(
        name="morph2",
        title="MORPH II age, random 80/20",
        score=years,
        train=dict(type="mcf.MORPH2", split="train"),
        test=dict(type="mcf.MORPH2", split="test"),
        places=[dict(data_root="data/morph2")],
        shares=shares,
        published=[
            dict(model="Faceptor", value=1.96, how="several sets", source=paper),
            dict(model="DLDL-v2", value=1.97, how="fine-tuned", source=paper),
        ],
    ),
]
