# ViT-L/16 with weights, gradients and optimiser state spread over all GPUs. Any other
# config becomes sharded by the same two settings; start it with tools/dist_train.sh.
_base_ = ["./mcf_vit-large-p16_8xb64-accum8-amp-coslr-16e_laionface-224.py"]

runner_type = "FlexibleRunner"
strategy = dict(type="mcf.FullyShardStrategy")
