import numpy as np
import pytest

from mcf.datasets.landmarks import LaPa106
from tests.replicas import write_lapa106


@pytest.mark.parametrize(("split", "count"), [("train", 4), ("val", 1), ("test", 2)])
def test_splits_are_folders(lapa106, split, count):
    dataset = LaPa106(lapa106.root, split=split)
    assert len(dataset) == count
    for index in range(count):
        sample = dataset[index]
        name = sample["sample_name"].replace("landmarks/", "").removesuffix(".txt")
        truth = lapa106.truth[name]
        np.testing.assert_allclose(sample["keypoints"][0], truth, atol=1e-4)
        assert sample["img_path"].endswith(f"{split}/images/{name.split('/')[1]}.jpg")


def test_crops_of_one_photo_stay_together(lapa106):
    for seed in range(3):
        part = LaPa106(lapa106.root, part="val", holdout=0.3, holdout_seed=seed)
        names = {part[i]["sample_name"].split("/")[-1] for i in range(len(part))}
        twins = {"10005033384_0.txt", "10005033384_1.txt"}
        assert names & twins in (set(), twins)


def test_wrong_count_is_named(tmp_path):
    write_lapa106(tmp_path)
    path = tmp_path / "val/landmarks/10021987515_0.txt"
    path.write_text("106\n1 2\n")
    with pytest.raises(ValueError, match=r"10021987515_0\.txt has 3 numbers.*213"):
        LaPa106(tmp_path, split="val")
    path.write_text("")
    with pytest.raises(ValueError, match="has 0 numbers"):
        LaPa106(tmp_path, split="val")


def test_missing_folder_names_the_site(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"test/landmarks.*lapa-dataset"):
        LaPa106(tmp_path, split="test")
