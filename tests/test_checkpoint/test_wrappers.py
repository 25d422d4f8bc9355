import pytest
import torch
from mmengine.logging import MMLogger

from mcf.checkpoint import (
    backbone_config,
    detect_format,
    dropped_names,
    load_backbone,
    load_strict,
    other_encoders,
    read_state,
    to_mmpretrain,
)
from mcf.checkpoint.wrappers import module_prefixes, unwrapped
from mcf.registry import MODELS

WRAPPERS = ("module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module.")


def under(prefix, state):
    return {prefix + name: tensor for name, tensor in state.items()}


def same(one, other):
    return one.keys() == other.keys() and all(
        torch.equal(one[n], other[n]) for n in one
    )


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_wrapped_file_is_of_the_format_that_it_is_without(named_sample, wrapper):
    name, sample = named_sample
    wrapped = under(wrapper, sample.state)
    assert detect_format(wrapped) == detect_format(sample.state)
    assert same(to_mmpretrain(wrapped), to_mmpretrain(sample.state))
    assert len(dropped_names(wrapped, name)) == len(dropped_names(sample.state, name))


def small_vit(prefix=""):
    """Names and shapes of timm's ViT-S of one layer."""
    dims = 384
    shapes = {"cls_token": (1, 1, dims), "pos_embed": (1, 5, dims)}
    shapes |= {"patch_embed.proj.weight": (dims, 3, 16, 16)}
    shapes |= {"patch_embed.proj.bias": (dims,)}
    for part, out, into in (
        ("attn.qkv", 3 * dims, dims),
        ("attn.proj", dims, dims),
        ("mlp.fc1", 4 * dims, dims),
        ("mlp.fc2", dims, 4 * dims),
    ):
        shapes |= {
            f"blocks.0.{part}.weight": (out, into),
            f"blocks.0.{part}.bias": (out,),
        }
    for norm in ("blocks.0.norm1", "blocks.0.norm2", "norm"):
        shapes |= {f"{norm}.weight": (dims,), f"{norm}.bias": (dims,)}
    return {prefix + name: torch.ones(shape) for name, shape in shapes.items()}


@pytest.mark.parametrize("wrapper", ["", *WRAPPERS])
def test_small_vit_of_parallel_training_has_six_heads(wrapper):
    state = small_vit(wrapper)
    assert detect_format(state) == "timm"
    assert backbone_config(state)["arch"]["num_heads"] == 6
    if wrapper == "module.":
        assert backbone_config(state, "mocov3")["arch"]["num_heads"] == 12


def test_moco_keeps_its_heads_whatever_wraps_it():
    for prefix in ("module.base_encoder.", "base_encoder.", "module._orig_mod."):
        prefix += "" if "base" in prefix else "base_encoder."
        state = small_vit(prefix)
        assert detect_format(state) == "mocov3"
        assert backbone_config(state)["arch"]["num_heads"] == 12


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match="num_heads=7 does not divide the width 384"):
        backbone_config(small_vit(), num_heads=7)


def test_compiled_part_of_a_network_is_found(sample):
    state = sample("mmpretrain").state
    assert same(
        to_mmpretrain(under("backbone._orig_mod.", state)), to_mmpretrain(state)
    )


@pytest.fixture
def dino(tmp_path, sample):
    """File of DINO: student under data parallel training, teacher without."""
    teacher = {n: t for n, t in sample("timm").state.items() if "head" not in n}
    student = {name: tensor + 1 for name, tensor in teacher.items()}
    head = {
        "head.mlp.0.weight": torch.ones(2),
        "head.last_layer.weight_g": torch.ones(2),
    }
    content = dict(
        teacher=under("backbone.", teacher) | head,
        student=under("module.", under("backbone.", student) | head),
        epoch=3,
    )
    torch.save(content, tmp_path / "dino.pth")
    return tmp_path / "dino.pth", to_mmpretrain(teacher), to_mmpretrain(student)


def test_teacher_and_student_of_dino_are_read(dino):
    path, teacher, student = dino
    assert same(load_backbone(path), teacher)
    assert same(load_backbone(path, part="student"), student)
    with pytest.raises(ValueError, match=r"no state dict 'model' .* teacher, student"):
        read_state(path, part="model")


@pytest.mark.parametrize(
    ("key", "average"), [("state_dict", "state_dict_ema"), ("model", "model_ema")]
)
def test_what_a_file_also_holds_is_told(tmp_path, monkeypatch, key, average):
    told = []
    logger = MMLogger.get_current_instance()
    monkeypatch.setattr(logger, "warning", told.append)
    state, other = {"a": torch.zeros(1)}, {"a": torch.ones(1)}
    torch.save({average: other, key: state}, tmp_path / "net.pth")
    assert read_state(tmp_path / "net.pth")["a"] == 0
    assert f"took {key!r}; it also holds {average}" in told[0]
    assert read_state(tmp_path / "net.pth", part=average)["a"] == 1
    assert len(told) == 1
    torch.save({average: other}, tmp_path / "net.pth")
    assert read_state(tmp_path / "net.pth")["a"] == 1


def test_encoders_that_are_not_taken_are_told(sample):
    assert other_encoders(sample("mcf").state) == [
        "target_encoder.",
        "perceptual_loss.model.",
    ]
    assert other_encoders(sample("mocov3").state) == ["module.momentum_encoder."]
    assert other_encoders(sample("timm").state) == []


def test_averaged_network_is_read_without_its_counter(sample):
    state = sample("timm").state
    averaged = under("module.", state) | {"n_averaged": torch.tensor(3)}
    assert same(to_mmpretrain(averaged), to_mmpretrain(state))


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_other_networks_are_loaded_without_their_wrapper(tmp_path, wrapper):
    config = dict(type="mmpretrain.ResNet", depth=18, base_channels=8, stem_channels=8)
    source, target = MODELS.build(config), MODELS.build(config)
    torch.save(under(wrapper, source.state_dict()), tmp_path / "net.pth")
    load_strict(target, tmp_path / "net.pth")
    assert same(target.state_dict(), source.state_dict())


def test_prefixes_are_shared_by_all_names():
    assert module_prefixes(["module.a", "module.module.b"]) == ["", "module."]
    assert module_prefixes(["module.a", "b"]) == module_prefixes([]) == [""]
    assert module_prefixes(["steps", "module.a"]) == ["", "module."]


def test_network_that_is_there_twice_is_refused():
    with pytest.raises(ValueError, match="both wrapped and bare"):
        unwrapped({"_orig_mod.a": torch.ones(1), "a": torch.ones(1)})
