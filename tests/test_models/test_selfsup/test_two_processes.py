"""Two processes that train together equal one with the batch of both."""

import pytest
import torch
from mmengine.model import MMDistributedDataParallel
from torch import nn
from torch.distributed.algorithms.ddp_comm_hooks.default_hooks import allreduce_hook
from torch.distributed.nn.functional import all_reduce

from mcf.engine.optim import OptimWrapper
from tests.distributed import run_on_two_ranks
from tests.tiny import tiny_mcf

STEPS = 3


class AllReduceBatchNorm(nn.BatchNorm1d):
    """BatchNorm over the batches of all processes, for the CPU.

    PyTorch's SyncBatchNorm computes the same and runs on GPUs only.
    """

    def forward(self, x):
        ranks = torch.distributed.get_world_size()
        mean = all_reduce(x.mean(0)) / ranks
        var = all_reduce((x - mean).square().mean(0)) / ranks
        total = len(x) * ranks
        with torch.no_grad():
            self.num_batches_tracked += 1
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(var * total / (total - 1), self.momentum)
        x = (x - mean) / (var + self.eps).sqrt()
        return x * self.weight + self.bias if self.affine else x


def synchronise(model):
    """Exchange every BatchNorm."""
    for name, module in model.named_children():
        if isinstance(module, nn.BatchNorm1d):
            new = AllReduceBatchNorm(module.num_features, affine=module.affine)
            new.load_state_dict(module.state_dict())
            for parameter, old in zip(new.parameters(), module.parameters()):
                parameter.requires_grad = old.requires_grad
            setattr(model, name, new)
        else:
            synchronise(module)
    return model


class GivenMasks:
    """Hands out masks that were drawn for the whole batch."""

    def __init__(self, masks, rank):
        if rank is not None:
            masks = [type(m)(*(t.chunk(2)[rank] for t in m)) for m in masks]
        self.masks = iter(masks)

    def __call__(self, batch_size, grid, *, device):
        mask = next(self.masks)
        assert len(mask.keep) == batch_size
        return mask


def train(model, rank, images, masks, wrap=lambda model: model):
    """A few steps of MMEngine's; returns the logged losses and the final state."""
    model.masking = GivenMasks(masks, rank)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = OptimWrapper(torch.optim.SGD(trained, lr=0.05, momentum=0.9))
    wrapped, logs = wrap(model), []
    for batch in images:
        inputs = batch if rank is None else batch.chunk(2)[rank]
        data = dict(inputs=inputs, data_samples=[None] * len(inputs))
        log = wrapped.train_step(data, optimiser)
        logs.append((log["loss_feature"].item(), log["loss_contrastive"].item()))
    return torch.tensor(logs), {k: v.clone() for k, v in model.state_dict().items()}


def ddp(rank, images, masks, chunk_size):
    model = synchronise(tiny_mcf(chunk_size=chunk_size, **SETTINGS))
    names = {id(p): name for name, p in model.named_parameters()}
    seen = []

    def watch(state, bucket):
        seen.extend(names[id(p)] for p in bucket.parameters())
        return allreduce_hook(state, bucket)

    def wrap(model):
        wrapped = MMDistributedDataParallel(
            model, device_ids=None, broadcast_buffers=False
        )
        wrapped.register_comm_hook(None, watch)
        return wrapped

    logs, state = train(model, rank, images, masks, wrap)
    return logs, state, sorted(set(seen))


def both(rank, images, masks):
    return [ddp(rank, images, masks, chunk_size) for chunk_size in (None, 3)]


SETTINGS = dict(symmetric=True, momentum_encoder=dict(momentum=0.7))


@pytest.fixture(scope="module")
def results():
    """What one process and what two processes, whole and in chunks, arrive at."""
    torch.manual_seed(0)
    images = torch.randint(0, 256, (STEPS, 16, 3, 32, 32), dtype=torch.uint8)
    model = tiny_mcf(**SETTINGS)
    masks = [model.masking(16, (4, 4)) for _ in range(2 * STEPS)]
    one = train(model, None, images, masks)
    first, second = run_on_two_ranks(both, images, masks)
    return dict(one=one, whole=(first[0], second[0]), chunks=(first[1], second[1]))


@pytest.mark.parametrize("kind", ["whole", "chunks"])
def test_losses_are_those_of_the_whole_batch(results, kind):
    logs, _ = results["one"]
    (first, *_), (second, *_) = results[kind]
    torch.testing.assert_close((first + second) / 2, logs, rtol=1e-4, atol=1e-5)
    assert not torch.allclose(first, second)  # each has its own images


@pytest.mark.parametrize("kind", ["whole", "chunks"])
def test_weights_momentum_encoder_and_statistics_are_those_of_one_process(
    results, kind
):
    _, state = results["one"]
    for _, rank_state, _ in results[kind]:
        assert rank_state.keys() == state.keys()
        for name, value in state.items():
            close = torch.allclose(rank_state[name], value, rtol=1e-3, atol=1e-4)
            assert close, name
    start = tiny_mcf(**SETTINGS).state_dict()
    for name in ("backbone.cls_token", "momentum_encoder.module.projector.fc0.weight"):
        assert (state[name] - start[name]).abs().max() > 1e-3  # something happened


@pytest.mark.parametrize("kind", ["whole", "chunks"])
def test_gradient_buckets_hold_what_is_trained_and_nothing_else(results, kind):
    trained = [n for n, p in tiny_mcf().named_parameters() if p.requires_grad]
    for *_, in_buckets in results[kind]:
        assert in_buckets == sorted(trained)
        assert not any(n.startswith("momentum_encoder.") for n in in_buckets)
