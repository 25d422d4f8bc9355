# LaPa at 112 pixels, for small networks on a CPU; all else as in lapa_parsing.py.
_base_ = ["./lapa_parsing.py"]

data_preprocessor = dict(size=(112, 112))

train_pipeline = _base_.train_pipeline
test_pipeline = _base_.test_pipeline
train_pipeline[2].size = test_pipeline[1].size = 112

train_dataloader = dict(
    batch_size=8, num_workers=2, dataset=dict(dataset=dict(pipeline=train_pipeline))
)
val_dataloader = dict(num_workers=2, dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(num_workers=2, dataset=dict(pipeline=test_pipeline))
