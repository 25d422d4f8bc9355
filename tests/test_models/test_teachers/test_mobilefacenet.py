import io
import tarfile

import numpy as np
import pytest
import torch
from PIL import Image

from mcf.models.targets import TeacherTarget
from mcf.models.teachers import MobileFaceNet


@pytest.fixture
def trained(shared):
    net = MobileFaceNet()
    weights = shared / "data/weights/mobilefacenet_ms1m.pt"
    net.load_state_dict(torch.load(weights, "cpu", weights_only=True))
    return net.eval()


def test_embeds_faces_and_has_the_documented_taps():
    net = MobileFaceNet().eval()
    assert net(torch.randn(2, 3, 112, 112)).shape == (2, 128)
    taps = ["features.4", "features.11", "features.14"]
    shapes = [f.shape for f in TeacherTarget(net, taps)(torch.randn(1, 3, 64, 64))]
    assert shapes == [(1, 256, 64), (1, 64, 128), (1, 16, 128)]


def test_public_weights_fit_and_their_statistics_match_real_faces(shared, trained):
    # In a wrong layer order, batch statistics would not resemble the stored ones.
    shard = sorted((shared / "data/faces_train/unlabelled_112").glob("*.tar"))[0]
    with tarfile.open(shard) as tar:
        faces = [
            np.asarray(Image.open(io.BytesIO(tar.extractfile(m).read())).convert("RGB"))
            for m in tar.getmembers()[:64]
        ]
    images = torch.from_numpy(np.stack(faces)).permute(0, 3, 1, 2).float()
    mean = torch.tensor([123.675, 116.28, 103.53]).view(3, 1, 1)
    std = torch.tensor([58.395, 57.12, 57.375]).view(3, 1, 1)
    seen = {}
    trained.gdconv.bn.register_forward_hook(lambda m, i, o: seen.update(x=i[0]))
    with torch.no_grad():
        trained((images - mean) / std)
    bn = trained.gdconv.bn
    spread = seen["x"].var(dim=(0, 2, 3)) / bn.running_var
    assert 0.5 < spread.median() < 2
