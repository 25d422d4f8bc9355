import pytest
import torch

from mcf.models.masking import BlockMasking, RandomMasking


def test_keeps_the_exact_number_at_every_ratio():
    for ratio in (0.1, 0.5, 0.75, 0.9):
        keep, _, mask = BlockMasking(ratio)(8, (14, 14))
        number = int(196 * (1 - ratio))
        assert keep.shape == (8, number) and (mask.sum(dim=1) == 196 - number).all()


def neighbours(mask):
    """Share of neighbouring patches, side by side or above, of the same kind."""
    grid = mask.view(-1, 14, 14)
    pairs = [grid[:, 1:] == grid[:, :-1], grid[..., 1:] == grid[..., :-1]]
    return torch.cat([pair.flatten() for pair in pairs]).float().mean()


def test_hidden_patches_lie_together():
    blocks, scattered = (
        neighbours(masking(64, (14, 14)).mask)
        for masking in (BlockMasking(0.5), RandomMasking(0.5))
    )
    assert scattered == pytest.approx(0.5, abs=0.02) and blocks > 0.8


def test_each_patch_is_equally_likely_to_be_hidden():
    # Blocks may overlap the border, or corners would stay visible.
    share = BlockMasking(0.75)(4000, (7, 7)).mask.mean(dim=0)
    assert (share - share.mean()).abs().max() < 0.05


def test_one_block_of_the_whole_grid_leaves_a_random_choice():
    keep = BlockMasking(0.5, area=(1.0, 1.0), max_aspect=1.0)(3, (4, 4)).keep
    assert keep.shape == (3, 8)


def test_rectangular_grids_and_generators():
    first, second = (
        BlockMasking(0.5)(2, (4, 6), generator=torch.Generator().manual_seed(3))
        for _ in range(2)
    )
    assert first.mask.shape == (2, 24) and torch.equal(first.keep, second.keep)


@pytest.mark.parametrize(
    "settings", [dict(area=(0.0, 0.2)), dict(area=(0.3, 0.2)), dict(max_aspect=0.5)]
)
def test_numbers_out_of_range_are_refused(settings):
    with pytest.raises(ValueError, match=r"area=|max_aspect="):
        BlockMasking(**settings)
