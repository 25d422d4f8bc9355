# The released step of 4096 images with all of them as negatives: each GPU takes its 512
# images at once, with the activations of 64 in memory, not in 8 micro-batches of 64.
# The momentum encoder moves once a step: 0.92 = 0.99 ** 8 keeps the released pace.
_base_ = ["./mcf_vit-base-p16_8xb64-accum8-amp-coslr-16e_laionface-224.py"]

model = dict(chunk_size=64, momentum_encoder=dict(momentum=0.92))
train_dataloader = dict(batch_size=512)
optim_wrapper = dict(accumulative_counts=1)
auto_scale_lr = dict(base_batch_size=4096)
