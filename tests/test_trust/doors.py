"""Every way by which the package opens a file that says something about itself."""

import ast
import json
import pickle
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from mcf.apis import FaceInferencer, load_backbone_model, load_backbone_of_run
from mcf.benchmark import Submission, read_submission, write_submission
from mcf.checkpoint import CheckpointFile, load_backbone, load_strict
from mcf.datasets.schemas import declared_schema
from mcf.datasets.stores import FolderStore
from mcf.export import ModelCard, export_weights, join_networks
from mcf.export.openvino_folder import CARD, read_card
from mcf.export.subject import open_subject
from mcf.inference import FaceResult, get_model
from mcf.models.backbones import MaskedViT
from mcf.utils.declared import said_by
from mcf.webui.views import summary
from tests.tools import load_tool

from .payloads import DEEP, LEVELS, VIT


@dataclass(frozen=True)
class World:
    """Honest parts that files are made of.

    Attributes:
        folder: An empty one.
        meta: What the file says, poisoned or not.
        networks: Config and weights of an alignment and of a parsing network.
    """

    folder: Path
    meta: dict
    networks: dict

    def checkpoint(self, task: str = "backbone", suffix: str = ".pth") -> Path:
        """File of the weights of a task that says what ``meta`` is."""
        path = self.folder / f"weights{suffix}"
        state = self.networks[task][1]
        if suffix == ".safetensors":
            save_file(
                state, path, metadata={k: to_json(v) for k, v in self.meta.items()}
            )
        else:
            torch.save(dict(state_dict=state, meta=self.meta), path)
            deepen(path)
        return path

    def config(self, task: str) -> object:
        """Config of the network of a task, which is the user's own."""
        return self.networks[task][0]


Opener = Callable[[World], object]


@dataclass(frozen=True)
class Door:
    """Way into the package.

    Attributes:
        name: For the report of the tests.
        reads: Parts of what a file says that are used here, so that a wrong value must
            be refused; of others a wrong value must do nothing.
        modules: Readers of the package that it leads to.
        open: Writes the file of a world and opens it.
    """

    name: str
    reads: frozenset[str]
    modules: tuple[str, ...]
    open: Opener


DOORS: dict[str, Door] = {}


def door(*reads: str, modules: tuple[str, ...]) -> Callable[[Opener], Opener]:
    """Register a function as a door; a reader that no door names fails a test."""

    def register(opener: Opener) -> Opener:
        name = opener.__name__
        DOORS[name] = Door(name, frozenset(reads), modules, opener)
        return opener

    return register


def to_json(value: object) -> str:
    """JSON as an attacker writes it, with NaN and any depth."""
    text = value if isinstance(value, str) and value != DEEP else json.dumps(value)
    return text.replace(f'"{DEEP}"', "[" * LEVELS + "]" * LEVELS)


def deepen(path: Path) -> None:
    """Put the deep list into a checkpoint, which pickle itself cannot write."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = DEEP.encode()
    word = pickle.BINUNICODE + len(text).to_bytes(4, "little") + text
    if not any(word in data for data in parts.values()):
        return
    deep = pickle.EMPTY_LIST * LEVELS + pickle.APPEND * (LEVELS - 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace(word, deep))


WHOLE_BOX = dict(kind="box", size=[32, 32], scale=1.0, warp_factor=0.0, recipe=None)
"""Crop of an exported network."""
RESULTS = ("mcf.inference.result_json", "mcf.webui.views")
ONNX = ("mcf.inference.onnx_models", "mcf.inference.model_card")
FEATURES = ("mcf.models.backbone_loaders", "mcf.checkpoint.reading")
BACKBONE = ("call", "backbone", "images", "size", "crop")


@door(*BACKBONE, modules=FEATURES)
def backbone_pth(world: World) -> object:
    return load_backbone_model(world.checkpoint())


@door(*BACKBONE, modules=FEATURES)
def backbone_safetensors(world: World) -> object:
    return load_backbone_model(world.checkpoint(suffix=".safetensors"))


@door("crop", modules=("mcf.models.backbone_loaders",))
def backbone_of_run(world: World) -> object:
    meta = dict(dataset_meta=dict(crop=world.meta["crop"]))
    world = World(world.folder, meta, world.networks)
    return load_backbone_of_run(world.config("pretraining"), world.checkpoint())


@door(*BACKBONE, modules=FEATURES)
def inferencer_embedding(world: World) -> object:
    return FaceInferencer(embedding=world.checkpoint(), detector=None)


@door(
    "schema",
    modules=("mcf.inference.loading", "mcf.inference.landmark_network"),
)
def inferencer_landmarks(world: World) -> object:
    spec = world.config("landmarks"), world.checkpoint("landmarks")
    return FaceInferencer(landmarks=spec, detector=None)


@door(
    "classes",
    "pairs",
    modules=("mcf.inference.loading", "mcf.inference.parsing_network"),
)
def inferencer_parsing(world: World) -> object:
    spec = world.config("parsing"), world.checkpoint("parsing")
    return FaceInferencer(parsing=spec, detector=None)


@door("schema", "classes", "pairs", modules=("mcf.inference.shared_network",))
def inferencer_joint(world: World) -> object:
    said = world.meta["dataset_meta"]
    meta = dict(dataset_meta=dict(tasks=dict(points=said, parts=said)))
    world = World(world.folder, meta, world.networks)
    spec = world.config("joint"), world.checkpoint("joint")
    return FaceInferencer(joint=spec, detector=None)


@door(modules=("mcf.export.join",))
def join(world: World) -> object:
    twice = [world.checkpoint("landmarks")] * 2, [world.config("landmarks")] * 2
    return join_networks(*twice, world.folder / "out", names=["first", "second"])


@door(modules=("mcf.benchmark.submission",))
def benchmark_result(world: World) -> object:
    """Other backbones' results hold no settings: what looks like some is a text."""
    said = map(to_json, world.meta.values())
    missing = {f"row {i}": text[:1000] for i, text in enumerate(said)}
    path = world.folder / "benchmark.json"
    found = Submission("a", "f", 112, True, "minutes", (), missing)
    write_submission(found, path)
    return read_submission(path)


@door(modules=("mcf.inference.loading",))
def get_network(world: World) -> object:
    return get_model(world.config("landmarks"), world.checkpoint("landmarks"))


@door(*BACKBONE, modules=("mcf.export.subject",))
def export_backbone(world: World) -> object:
    return open_subject(world.checkpoint(), decode=True)


@door("schema", modules=("mcf.export.subject",))
def export_landmarks(world: World) -> object:
    return open_subject(world.checkpoint("landmarks"), world.config("landmarks"))


@door("classes", "pairs", modules=("mcf.export.subject",))
def export_parsing(world: World) -> object:
    return open_subject(world.checkpoint("parsing"), world.config("parsing"))


@door("call", "images", "crop", modules=("mcf.export.weights",))
def export_folder(world: World) -> object:
    return export_weights(world.checkpoint(), world.folder / "out", target="mmpretrain")


@door("call", "images", "crop", modules=("mcf.export.weights",))
def tool_export(world: World) -> object:
    command = [str(world.checkpoint()), str(world.folder / "o"), "--to", "timm"]
    with redirect_stderr(StringIO()) as message:
        failed = load_tool("export").main(command)
    if failed:
        raise ValueError(message.getvalue())
    return command


@door("images", "crop", modules=("mcf.commands.convert", "mcf.checkpoint.backbone"))
def tool_convert(world: World) -> object:
    file, out = world.checkpoint(suffix=".safetensors"), world.folder / "out.pth"
    return load_tool("convert_checkpoint").main([str(file), str(out)])


START = ("mcf.engine.hooks.init_backbone_hook", "mcf.checkpoint.loading")


@door("crop", modules=START)
def start_from(world: World) -> object:
    settings = {k: v for k, v in VIT.items() if k != "type"}
    path = world.checkpoint()
    load_strict(MaskedViT(**settings), path)
    return load_backbone(path), CheckpointFile(path).crop()


@door(modules=("mcf.checkpoint.reading",))
def meta(world: World) -> object:
    return CheckpointFile(world.checkpoint()).meta


@door("schema", "images", "onnx", modules=ONNX)
def onnx_landmarks(world: World) -> object:
    facts = dict(landmarks=world.meta["dataset_meta"]["landmark_schema"], points=68)
    return _card(world, "landmarks", facts)


@door("classes", "images", "onnx", modules=ONNX)
def onnx_parsing(world: World) -> object:
    said = world.meta["dataset_meta"]
    class_set = {key: said[key] for key in ("classes", "palette")}
    facts = dict(class_set=class_set | {"name": said["dataset_name"]})
    return _card(world, "parsing", facts)


@door("crop", "images", "onnx", modules=ONNX)
def onnx_embedding(world: World) -> object:
    recipe = world.meta["crop"]
    size = recipe.get("size") if isinstance(recipe, dict) else 32
    crop = dict(kind="recipe", size=[size, size], scale=1.0, warp_factor=0.0)
    return _card(world, "embedding", {}, crop | dict(recipe=recipe))


def _card(
    world: World, task: str, facts: dict, crop: dict | None = None
) -> ModelCard | object:
    """Open an ONNX file of this metadata."""
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    from mcf.export import OnnxNetwork

    crop = crop or WHOLE_BOX
    texts = _texts(world, task, facts, crop)
    shape = onnx.helper.make_tensor_value_info("images", onnx.TensorProto.FLOAT, [1])
    same = onnx.helper.make_tensor_value_info("out", onnx.TensorProto.FLOAT, [1])
    node = onnx.helper.make_node("Identity", ["images"], ["out"])
    graph = onnx.helper.make_graph([node], "graph", [shape], [same])
    opset = [onnx.helper.make_opsetid("", 18)]
    model = onnx.helper.make_model(graph, opset_imports=opset, ir_version=10)
    onnx.helper.set_model_props(model, texts)
    onnx.save(model, world.folder / "network.onnx")
    return OnnxNetwork(world.folder / "network.onnx")


def _texts(world: World, task: str, facts: dict, crop: dict) -> dict[str, str]:
    """Metadata of an exported network."""
    values = dict(task=task, channels="rgb", config="", checkpoint="a.pth", sha256="0")
    values |= dict(mcf_version="1", outputs=dict(out="what comes out"), crop=crop)
    values |= {key: world.meta[key] for key in ("mean", "std")} | facts
    values |= world.meta.get("onnx", {})
    return {f"mcf.{key}": to_json(value) for key, value in values.items()}


@door("schema", "images", "onnx", modules=("mcf.export.openvino_folder",))
def openvino_folder(world: World) -> object:
    facts = dict(landmarks=world.meta["dataset_meta"]["landmark_schema"], points=68)
    texts = _texts(world, "landmarks", facts, WHOLE_BOX)
    (world.folder / CARD).write_text(json.dumps(texts))
    return read_card(world.folder)


@door("schema", modules=("mcf.datasets.schemas.lookup",))
def schema_of_a_file(world: World) -> object:
    name = world.meta["dataset_meta"]["landmark_schema"]
    with said_by(world.folder):
        return declared_schema(name)


@door(
    "classes",
    "schema",
    modules=RESULTS,
)
def result_of_inference(world: World) -> object:
    said = world.meta["dataset_meta"]
    names = {key: said[key] for key in ("classes", "palette")}
    parts = dict(class_set=names | {"name": said["dataset_name"]}, faces=[])
    content = dict(format="mcf.FaceResult/1", size=[4, 4], boxes=[], scores=[])
    content |= dict(source="x", timings={}, parsing=parts)
    content |= dict(landmarks=dict(schema="ibug68", count=68, points=[], scores=[]))
    content["landmarks"]["schema"] = said["landmark_schema"]
    with said_by(world.folder):
        result = FaceResult.from_json(to_json(content))
        return summary(result)


@door("crop", modules=())
def store_of_faces(world: World) -> object:
    facts = to_json(dict(crop=world.meta["crop"]))
    (world.folder / "store.json").write_text(facts)
    (world.folder / "a.png").write_bytes(b"")
    return FolderStore(world.folder)


READERS = {
    "declared_network",
    "declared_schema",
    "declared_class_set",
    "dataset_meta",
    "CheckpointFile",
    "parse_json",
    "from_metadata",
}
"""Functions that turn what a file says into values: who calls them is a reader."""
OWN = {"mcf.inference.attribute_network"}
"""Readers of what only this package's list of models says."""


def readers(root: Path) -> set[str]:
    """Modules and tools that read what a file says about itself."""
    found = set()
    for path in [*root.glob("mcf/**/*.py"), *root.glob("tools/*.py")]:
        calls = {
            node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
            and isinstance(node.func, (ast.Name, ast.Attribute))
        }
        if calls & READERS:
            name = path.relative_to(root).as_posix()
            is_tool = name.startswith("tools/")
            found.add(name if is_tool else name[:-3].replace("/", "."))
    return found - OWN
