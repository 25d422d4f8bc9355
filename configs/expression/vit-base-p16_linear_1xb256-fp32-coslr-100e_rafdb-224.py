# RAF-DB's 7 expressions by FRA's recipe: AdamW 2e-4, cosine, 100 epochs, batch 256,
# 224 pixels. FRA's own network is a ResNet-50; its augmentation is not repeated here.
_base_ = [
    "../_base_/models/classifier_vit-base-p16.py",
    "../_base_/datasets/face_task_224.py",
    "../_base_/schedules/adamw_100e_fra.py",
    "../_base_/global_runtime.py",
]

model = dict(head=dict(type="LinearClsHead", num_classes=7, in_channels=768))
dataset = dict(type="mcf.RAFDB", data_root="data/rafdb")
train_dataloader = dict(batch_size=256, dataset=dataset)
test_dataloader = dict(dataset=dataset)
