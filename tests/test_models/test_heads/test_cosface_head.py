import torch
from mmpretrain.structures import DataSample
from torch.nn import functional as F

from mcf.models.heads import CosFaceClsHead


def test_margin_is_taken_from_the_cosine_of_the_own_class():
    torch.manual_seed(0)
    head, x = CosFaceClsHead(3, 5, scale=10.0, margins=0.2), torch.randn(2, 5)
    cosines = F.normalize(x) @ F.normalize(head.norm_product.weight).T
    assert torch.allclose(head((x,)), 10 * cosines, atol=1e-5)
    with_margin = cosines.clone()
    with_margin[0, 2] -= 0.2
    with_margin[1, 0] -= 0.2
    target = torch.tensor([2, 0])
    assert torch.allclose(head((x,), target), 10 * with_margin, atol=1e-5)
    samples = [DataSample().set_gt_label(int(t)) for t in target]
    loss = head.loss((x,), samples)["loss"]
    assert torch.allclose(loss, F.cross_entropy(10 * with_margin, target))
