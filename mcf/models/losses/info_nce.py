"""InfoNCE over the keys of all ranks."""

import torch
from mmengine.dist import all_gather, get_rank
from torch import Tensor
from torch.nn import functional as F


def info_nce(query: Tensor, key: Tensor, temperature: float) -> Tensor:
    """Cross-entropy of picking each query's own key among the keys of all ranks.

    Multiplied by twice the temperature, as in MoCo v3 and the released MCF, which
    keeps the gradient scale when the temperature changes (protocol §1.3). Keys get
    no gradient. Every rank must hold the same number of queries. Under autocast the
    cosines have its precision, as in both.

    Args:
        query: Predictions [B, D], of any length.
        key: Targets [B, D]; row i is the positive of query i.
        temperature: Divisor of the cosine similarities.

    Returns:
        Scalar mean over the B queries of this rank.
    """
    query = F.normalize(query.float(), dim=1)
    keys = torch.cat(all_gather(F.normalize(key.detach().float(), dim=1)))
    labels = torch.arange(len(query), device=query.device) + len(query) * get_rank()
    logits = query @ keys.T / temperature
    return 2 * temperature * F.cross_entropy(logits, labels)
