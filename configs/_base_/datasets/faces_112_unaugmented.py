# faces_112.py without flips: every epoch shows the same images, so a teacher's features
# of them can be kept (mcf.CachedTeacher).
_base_ = ["./faces_112.py"]

train_pipeline = [
    step for step in _base_.train_pipeline if step["type"] != "RandomFlip"
]
train_dataloader = dict(dataset=dict(dataset=dict(pipeline=train_pipeline)))
