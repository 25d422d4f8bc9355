"""What an attacker writes into a file: one wrong value each, at any place of it."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

DEEP = "DEEP-SENTINEL"
"""Stands for a list in a list, 10,000 times; writers put it in."""
LEVELS = 10_000
VIT = dict(
    type="mcf.MaskedViT",
    arch=dict(embed_dims=64, num_layers=2, num_heads=2, feedforward_channels=32),
    img_size=32,
    patch_size=8,
)
TOUCH = ["touch", "CANARY"]
CALLS = dict(
    popen=dict(type="subprocess.Popen", args=TOUCH),
    system=dict(type="os.system", command="touch CANARY"),
    evaluate=dict(type="builtins.eval", source="open('CANARY', 'w')"),
    execute=dict(type="builtins.exec", source="open('CANARY', 'w')"),
    fetch=dict(
        type="torch.hub.load_state_dict_from_url", url="http://127.0.0.1:9/a.pth"
    ),
    module=dict(type="canary_module.Network"),
    scope=dict(type="LN", _scope_="canary_module"),
    colons=dict(type="canary_module::LN"),
    ours=dict(type="mcf.checkpoint.safe_load.load_file", path="/etc/hostname"),
    torch=dict(type="torch.nn.Linear", in_features=10**5, out_features=10**5),
)
"""Configs that would do something if anyone built them."""


@dataclass(frozen=True)
class Payload:
    """One poisoned value.

    Attributes:
        name: For the report of the tests.
        part: What it is a part of: a door that reads this must refuse the file.
        place: Keys that lead to it in the meta.
        value: What stands there.
    """

    name: str
    part: str
    place: tuple[str | int, ...]
    value: object

    def into(self, meta: dict) -> dict:
        """The meta with the value in its place."""
        meta = deepcopy(meta)
        inner = meta
        for key in self.place[:-1]:
            inner = inner[key]
        inner[self.place[-1]] = deepcopy(self.value)
        return meta


def _masked(network: object) -> dict:
    return dict(type="mcf.MaskedBackbone", img_size=32, network=network)


def _timm(name: object, **settings: object) -> dict:
    return _masked(dict(type="mcf.TimmBackbone", name=name, settings=settings))


def _swin(**settings: object) -> dict:
    return _masked(dict(type="SwinTransformer", arch="tiny", img_size=32, **settings))


def _calls() -> list[Payload]:
    """Each call at each place where a config could stand."""
    places: dict[str, Callable[[dict], dict]] = dict(
        top=lambda call: call,
        norm=lambda call: {**VIT, "norm_cfg": call},
        act=lambda call: {**VIT, "layer_cfgs": dict(act_cfg=call)},
        layers=lambda call: {**VIT, "layer_cfgs": [{}, dict(norm_cfg=call)]},
        arch=lambda call: {**VIT, "arch": call},
        network=_masked,
        deepest=lambda call: _masked(dict(type="ConvNeXt", act_cfg=call)),
        twice=lambda call: _masked(_masked(call)),
        timm=lambda call: _timm("resnet18", act_layer=call),
    )
    return [
        Payload(f"{name} at {place}", "call", ("backbone",), put(dict(call)))
        for place, put in places.items()
        for name, call in CALLS.items()
    ]


WRONG_TYPES = (None, True, [], {}, 1, 1.5, ["LN"], {"type": "LN"}, "", "a.b", DEEP)
WRONG_NUMBERS = (None, True, "sixteen", -1, 0, float("nan"), float("inf"), 10**9, 1e300)
WRONG_NUMBERS += ([16], {"a": 1}, 10**4000, DEEP)
LONG = [0] * 10**5
WORD = "x" * 10**5


def _backbone(place: tuple, values: tuple) -> list[Payload]:
    return [
        Payload(
            f"{'.'.join(map(str, place))}={str(value)[:20]}", "backbone", place, value
        )
        for value in values
    ]


def _network(name: str, config: object) -> Payload:
    return Payload(name, "backbone", ("backbone",), config)


def _rest() -> list[Payload]:
    top = ("backbone",)
    found = [
        *_backbone((*top, "type"), WRONG_TYPES),
        *_backbone((*top, "arch", "embed_dims"), (*WRONG_NUMBERS, 65536)),
        *_backbone((*top, "arch", "num_layers"), (*WRONG_NUMBERS, 256)),
        *_backbone((*top, "arch", "num_heads"), (*WRONG_NUMBERS, 3)),
        *_backbone((*top, "arch", "feedforward_channels"), (*WRONG_NUMBERS, 65536)),
        *_backbone((*top, "img_size"), (*WRONG_NUMBERS, 2048, [32, 32, 32])),
        *_backbone((*top, "patch_size"), WRONG_NUMBERS),
        *_backbone((*top, "out_indices"), (LONG, "0", [0.5], [10**9], DEEP)),
        *_backbone((*top, "layer_cfgs"), ([{}] * 10**6, WORD, 1, [[]], DEEP)),
        *_backbone((*top, "norm_cfg"), (LONG, WORD, "LN", dict(type="LN", eps=-1))),
        *_backbone((*top, "arch"), ("nothing", "eva-giant", WORD, LONG, "../x")),
        *_backbone((*top, WORD), (1,)),
        *_backbone((*top, "pretrained"), (True, "http://127.0.0.1:9/a.pth")),
        *_backbone((*top, "_scope_"), ("canary_module", "mmpretrain")),
        *_backbone(top, (LONG, WORD, 1, True, [VIT], DEEP, dict.fromkeys(LONG[:9]))),
        _network("100,000 keys", {f"k{i}": i for i in range(10**5)}),
        _network("swin window", _swin(window_size=10**6)),
        _network("swin depths", _swin() | dict(arch=dict(depths=LONG))),
        _network("swin file", _swin(stage_cfgs=dict(init_cfg="x"))),
        _network("hivit", _masked(dict(type="HiViT", rpe=True, img_size=2048))),
        _network("resnet", _masked(dict(type="ResNet", depth=50, base_channels=60000))),
        _network(
            "conv", _masked(dict(type="ResNet", depth=18, conv_cfg=CALLS["ours"]))
        ),
        _network("itself", _masked(_masked(_masked(VIT)))),
        _network("teacher", dict(type="mcf.CachedTeacher", folder="/etc")),
        _network("runner", dict(type="mmengine.Runner", cfg="x")),
    ]
    names = ("hf-hub:timm/resnet18", "hf_hub:timm/resnet18", "local-dir:/etc")
    names += ("https://huggingface.co/timm/resnet18", "timm.models.create_model")
    names += ("../resnet18", "resnet18.a.b", "resnet18:", "", "no_such_net", "vit_7b*")
    names += (None, 1, ["resnet18"], WORD)
    found += [_network(f"timm {str(n)[:30]!r}", _timm(n)) for n in names]
    settings = (
        dict(pretrained=True),
        dict(pretrained_cfg=dict(file="/etc/hostname")),
        dict(pretrained_cfg_overlay=dict(url="http://127.0.0.1:9/a.pth")),
        dict(checkpoint_path="/etc/hostname"),
        dict(cache_dir="/tmp"),
        dict(features_only=True),
        dict(num_classes=10**9),
        dict(act_layer="canary_module.act"),
        dict(norm_layer=CALLS["popen"]),
        dict(global_pool="canary_module"),
    )
    found += [
        _network(f"timm {next(iter(s))}", _timm("resnet18", **s)) for s in settings
    ]
    found.append(_network("timm giant", _timm("vit_giant_patch14_224")))
    return found


def _images() -> list[Payload]:
    numbers = ("rgb", [1, 2], [1.0] * 4, LONG, [float("nan")] * 3, ["1"] * 3)
    numbers += ([True] * 3, [1e300] * 3, {"0": 1}, DEEP)
    return [
        *(Payload(f"mean={str(v)[:20]}", "images", ("mean",), v) for v in numbers),
        *(Payload(f"std={str(v)[:20]}", "images", ("std",), v) for v in numbers),
        *(Payload(f"std={v}", "images", ("std",), [v] * 3) for v in (0, -1.0, 0.0)),
        *(
            Payload(f"img_size={str(v)[:20]}", "size", ("img_size",), v)
            for v in (*WRONG_NUMBERS, [32, 64], [32] * 3, LONG)
        ),
    ]


def _crops() -> list[Payload]:
    fields: dict[str, tuple] = dict(
        size=(*WRONG_NUMBERS, 4, 100.5, 4096),
        version=(None, "1", -1, True, 10**30),
        kind=("canary_module", "os.system", None, 1, [], "template", WORD),
        border=("/etc/hostname", None, 3, WORD),
        name=(None, 5, WORD, "a\n\x1b[2J"),
        parameters=(None, {}, [], LONG, DEEP, {"margin": 1.5, "path": "/etc"}),
    )
    margins = (None, "1", -1, 0, float("nan"), float("inf"), 1e300, True, [1.5])
    return [
        *(
            Payload(f"crop={str(v)[:20]}", "crop", ("crop",), v)
            for v in ("os", 1, [], LONG, DEEP, {}, {"kind": "whole"}, CALLS["popen"])
        ),
        *(
            Payload(f"crop.{field}={str(v)[:20]}", "crop", ("crop", field), v)
            for field, values in fields.items()
            for v in values
        ),
        *(
            Payload(f"margin={v}", "crop", ("crop", "parameters", "margin"), v)
            for v in margins
        ),
        Payload("crop runs", "crop", ("crop", "func"), "os.system"),
    ]


def _meaning() -> list[Payload]:
    schemas = ("os", "subprocess", "canary_module", "canary_module.inner", "os.path")
    schemas += ("../../x.json", "/etc/passwd", "lookup", "schema", "", WORD, None, 5)
    schemas += (["ibug68"], {"name": "ibug68"}, True, DEEP, "mcf.datasets.schemas")
    classes = ("/etc/hostname", "canary_module", ["one"], ["a", "a"], LONG, [1, 2])
    classes += (
        [f"c{i}" for i in range(300)],
        [WORD, "a"],
        {"a": 1},
        [["a"], "b"],
        DEEP,
    )
    colours = ("red", [[1, 2, 3]], [[1, 2]] * 11, [[256, 0, 0]] * 11, LONG, DEEP)
    colours += ([[-1, 0, 0]] * 11, [[0.5] * 3] * 11, [["0"] * 3] * 11, CALLS["popen"])
    pairs = ("ab", [[0]], [[0, 999]], [[-1, 0]], [["a", "b"]], LONG, DEEP, [[1, 1]])
    place = "dataset_meta"
    return [
        *(
            Payload(f"schema={str(v)[:20]}", "schema", (place, "landmark_schema"), v)
            for v in schemas
        ),
        *(
            Payload(f"classes={str(v)[:20]}", "classes", (place, "classes"), v)
            for v in classes
        ),
        *(
            Payload(f"palette={str(v)[:20]}", "classes", (place, "palette"), v)
            for v in colours
        ),
        *(
            Payload(f"pairs={str(v)[:20]}", "pairs", (place, "label_pairs"), v)
            for v in pairs
        ),
        *(
            Payload(f"set name={str(v)[:20]}", "classes", (place, "dataset_name"), v)
            for v in (1, WORD, [], "a\x1b[2J", DEEP)
        ),
    ]


PAYLOADS = [*_calls(), *_rest(), *_images(), *_crops(), *_meaning()]
