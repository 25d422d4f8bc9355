# Only the feature loss: the contrastive one has no weight.
_base_ = ["./mcf.py"]

arm = dict(title="MCF without contrast")
model = dict(head=dict(loss_weight=0.0))
