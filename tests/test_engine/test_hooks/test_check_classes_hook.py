from types import SimpleNamespace

import pytest
import torch

from mcf.engine.hooks import CheckClassesHook


def runner(classes: int):
    model = torch.nn.Module()
    model.num_classes = classes
    meta = dict(dataset_name="mine", classes=["background", "skin", "hair"])
    dataset = SimpleNamespace(metainfo=meta)
    return SimpleNamespace(
        model=model, train_dataloader=SimpleNamespace(dataset=dataset)
    )


def test_head_of_as_many_classes_may_train():
    CheckClassesHook().before_train(runner(3))


@pytest.mark.parametrize("classes", [2, 4])
def test_head_of_another_number_is_refused_with_the_remedy(classes):
    with pytest.raises(
        ValueError,
        match=rf"has {classes} classes .* mine 3 \(background, skin, hair\): set "
        r"model\.decode_head\.num_classes=3",
    ):
        CheckClassesHook().before_train(runner(classes))
