# CelebAMask-HQ in the official order of painting: neck and cloth cover the necklace,
# and the ids are others. Not comparable with numbers in FaRL's order.
#   python tools/compose_masks.py data/CelebAMask-HQ --order official
_base_ = ["./celebamask_hq_parsing.py"]

train_dataloader = dict(dataset=dict(dataset=dict(order="official")))
val_dataloader = dict(dataset=dict(order="official"))
test_dataloader = dict(dataset=dict(order="official"))
