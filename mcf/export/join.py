"""One joint model out of networks that were trained apart on the same backbone."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mmengine.config import Config

from mcf.checkpoint.saving import save_checkpoint
from mcf.crops.rule import CropRule
from mcf.datasets.joint_faces import dataset_rule, one_rule
from mcf.inference.loading import LoadedNetwork, build_network, load_network
from mcf.models.joint.join import join_states
from mcf.registry import registry_scope
from mcf.utils.atomic_file import write_atomically
from mcf.utils.atomic_folder import whole_folder
from mcf.utils.declared import dataset_meta

USUAL_NAMES = dict(mmpose="points", mmseg="parts")
"""Of tasks, by the host of their config; others are named by their data set's task."""
OF_TRAINING = ("frozen_stages", "with_cp", "drop_path_rate", "init_cfg")
"""Settings of a backbone that do not change what it computes when it is used."""
OWN = ("backbone", "data_preprocessor", "train_cfg", "init_cfg", "pretrained")
"""What a task's network leaves to the joint model, or needs in training only."""
CONFIG, WEIGHTS = "joint.py", "joint.pth"


def join_networks(
    checkpoints: Sequence[str | Path],
    configs: Sequence[str | Path | Config],
    folder: str | Path,
    *,
    names: Sequence[str] | None = None,
) -> tuple[Path, Path]:
    """Write config and weights of a joint model; it answers as the networks do.

    Args:
        checkpoints: Of the networks, two or more.
        configs: Of their runs, in the same order.
        folder: To write, with ``joint.py`` and ``joint.pth``.
        names: Of the tasks; by default ``points``, ``parts``, or what the data set
            asks (``age``).

    Returns:
        Config and weights.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If there is one network only, two have one name, backbone,
            normalisation or crop of faces differ, or the folder exists.
    """
    if len(checkpoints) != len(configs) or len(checkpoints) < 2:
        raise ValueError(
            f"{len(checkpoints)} checkpoints and {len(configs)} configs: give two or "
            "more, and a config for each"
        )
    found = [load_network(c, path) for c, path in zip(configs, checkpoints)]
    names = list(names or map(_usual_name, found))
    if len(set(names)) < len(found) or len(names) != len(found):
        raise ValueError(f"tasks {names}: give each a name of its own (--names)")
    networks = dict(zip(names, found))
    config = Config(joint_config(networks))
    states = {name: one.model.state_dict() for name, one in networks.items()}
    state = join_states(states)
    build_network(config, state)  # refuses what would not fit
    meaning = {name: dataset_meta(one.dataset_meta()) for name, one in networks.items()}
    folder = Path(folder).expanduser()
    with whole_folder(folder) as building:
        about = dict(dataset_meta=dict(tasks=meaning))
        save_checkpoint(building / WEIGHTS, state, about)
        write_atomically(config.pretty_text, building / CONFIG)
    return folder / CONFIG, folder / WEIGHTS


def joint_config(networks: Mapping[str, LoadedNetwork]) -> dict:
    """Config of the joint model of some networks, with all their test sets.

    Args:
        networks: By the names of their tasks.

    Raises:
        ValueError: If backbone, normalisation or crop of faces differ.
    """
    backbone = _shared(networks, "backbone", _backbone)
    images = _shared(networks, "normalisation", _images)
    one_rule({name: _rule(network) for name, network in networks.items()})
    tasks, datasets, metrics, imports = {}, {}, {}, []
    for name, network in networks.items():
        scope = network.config.default_scope
        model = {k: v for k, v in network.config.model.items() if k not in OWN}
        tasks[name] = dict(_scope_=scope, **model)
        datasets[name] = dict(_scope_=scope, **network.test_set())
        metrics[name] = network.config.get("test_evaluator")
        imports += network.config.get("custom_imports", {}).get("imports", [])
    config = dict(
        default_scope="mcf",
        custom_imports=dict(imports=sorted(set(imports)), allow_failed_imports=False),
        model=dict(
            type="mcf.SharedBackbone",
            data_preprocessor=dict(type="ImgDataPreprocessor", **images),
            backbone=backbone,
            tasks=tasks,
        ),
        test_dataloader=dict(
            batch_size=1,
            num_workers=0,
            sampler=dict(type="DefaultSampler", shuffle=False),
            dataset=dict(type="mcf.JointFaces", tasks=datasets),
        ),
        test_cfg=dict(type="TestLoop"),
        test_evaluator=dict(type="mcf.JointEvaluator", metrics=metrics),
    )
    return Config(config).to_dict()


def _usual_name(network: LoadedNetwork) -> str:
    scope = network.config.get("default_scope")
    if scope in USUAL_NAMES:
        return USUAL_NAMES[scope]
    return str(network.test_set().get("task") or Path(network.name).stem)


def _shared(
    networks: Mapping[str, LoadedNetwork],
    what: str,
    read: Callable[[LoadedNetwork], dict],
) -> dict:
    """What all networks have, read from each.

    Raises:
        ValueError: If two differ, naming the first setting that does.
    """
    (first, one), *others = networks.items()
    ours = read(one)
    for name, other in others:
        theirs = read(other)
        for key in [*ours, *theirs]:
            if ours.get(key) != theirs.get(key):
                raise ValueError(
                    f"{first} and {name} differ in the {what}: {key} is "
                    f"{ours.get(key)!r} and {theirs.get(key)!r}; one pass cannot "
                    "answer both"
                )
    return ours


def _backbone(network: LoadedNetwork) -> dict:
    settings = Config(dict(network.config.model.backbone)).to_dict()
    if "out_indices" in settings:  # (3, 5) and [3, 5] are one
        settings["out_indices"] = list(settings["out_indices"])
    return {k: v for k, v in settings.items() if k not in OF_TRAINING}


def _images(network: LoadedNetwork) -> dict:
    settings = network.config.model.data_preprocessor
    return dict(
        mean=list(map(float, settings.get("mean") or (0, 0, 0))),
        std=list(map(float, settings.get("std") or (1, 1, 1))),
        bgr_to_rgb=bool(settings.get("bgr_to_rgb") or settings.get("to_rgb")),
    )


def _rule(network: LoadedNetwork) -> CropRule:
    with registry_scope(network.config.get("default_scope")):
        return dataset_rule(network.test_set())
