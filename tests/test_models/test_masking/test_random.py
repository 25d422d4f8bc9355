import pytest
import torch

from mcf.models.masking import RandomMasking, mask_smallest_kept


def test_keeps_exact_number_of_distinct_patches():
    keep, restore, mask = RandomMasking(0.75)(5, (14, 14))
    assert keep.shape == (5, 49) and restore.shape == mask.shape == (5, 196)
    assert all(len(set(row.tolist())) == 49 for row in keep)
    assert (mask.sum(dim=1) == 147).all()


def test_restore_undoes_the_shuffle():
    keep, restore, mask = mask_smallest_kept(torch.rand(3, 12), 0.5)
    patches = torch.arange(12).expand(3, -1)
    hidden = torch.stack([p[m.bool()] for p, m in zip(patches, mask)])
    shuffled = torch.cat([keep, hidden], dim=1).gather(1, restore)
    visible = mask == 0
    assert torch.equal(shuffled[visible], patches[visible])


def test_smallest_noise_is_kept_in_order():
    noise = torch.tensor([[0.4, 0.1, 0.9, 0.2]])
    keep, restore, mask = mask_smallest_kept(noise, 0.5)
    assert keep.tolist() == [[1, 3]]
    assert restore.tolist() == [[2, 0, 3, 1]]
    assert mask.tolist() == [[1, 0, 1, 0]]


def test_generator_makes_masks_reproducible():
    first, second = (
        RandomMasking()(2, (4, 4), generator=torch.Generator().manual_seed(3))
        for _ in range(2)
    )
    assert torch.equal(first.keep, second.keep)


def test_each_patch_is_equally_likely_to_be_hidden():
    share = RandomMasking(0.75)(4000, (4, 4)).mask.mean(dim=0)
    assert (share - 0.75).abs().max() < 0.04  # six standard errors


@pytest.mark.parametrize("ratio", [1.0, -0.1, 0.99])
def test_refuses_ratio_that_keeps_nothing_or_too_much(ratio):
    with pytest.raises(ValueError, match="mask ratio"):
        RandomMasking(ratio)(1, (4, 4))
