# What joint sets share: seeded samples by shares, evaluation one task after the other.
train_dataloader = dict(
    batch_size=16,
    num_workers=1,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type="mcf.ShareSampler", shares=dict(points=1, parts=1)),
    dataset=dict(type="mcf.SeededDataset", dataset=dict(type="mcf.JointFaces")),
)
val_dataloader = test_dataloader = dict(
    batch_size=1,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(type="mcf.JointFaces"),
)
