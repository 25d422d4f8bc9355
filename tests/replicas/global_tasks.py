"""Downloads of global face tasks, in their official layout, with a handful of faces."""

import json
import pickle
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from scipy.io import savemat

from mcf.datasets.attribute_sets import CELEBA_40
from tests.replicas.noise import noise_image, write_image

UTKFACE = {
    "train": (
        "21_0_0_20170116174525125.jpg",
        "35_1_2_20170116174525126.jpg",
        "60_0_4_20170116174525127.jpg",
    ),
    "test": ("44_1_3_20170116174525128.jpg", "21_0_1_20170116174525129.jpg"),
}
MALFORMED = "39_1_20170116174525130.jpg"
PEOPLE = ("Abel_Pacheco", "Jean-Luc_Bilodeau", "Zico")


def write_images(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        write_image(folder / name, sum(map(ord, name)))


def write_text(path: Path, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def write_utkface(root: Path) -> None:
    """Two lists of CORAL, whose label counts from 21, and crops of the download."""
    for split, names in UTKFACE.items():
        listed = (*names, MALFORMED) if split == "train" else names
        rows = [
            f"{i},{n}.chip.jpg,{int(n[:2]) - 21}" for i, n in enumerate(listed, 100)
        ]
        write_text(root / f"utk_{split}.csv", [",file,age", *rows])
        write_images(root, [f"{name}.chip.jpg" for name in names])


def write_lfw(root: Path) -> None:
    """Ten folds of one pair of one person and one of two."""
    rows = []
    for fold in range(10):
        person, other = PEOPLE[fold % 3], PEOPLE[(fold + 1) % 3]
        rows += [f"{person}\t{fold + 1}\t12", f"{person}\t{fold + 1}\t{other}\t12"]
        write_images(root / "lfw" / person, [f"{person}_{fold + 1:04d}.jpg"])
    for person in PEOPLE:
        write_images(root / "lfw" / person, [f"{person}_0012.jpg"])
    write_text(root / "pairs.txt", ["10\t1", *rows])


def write_celeba(root: Path) -> None:
    """Four faces, to train, to train, to validate and to test."""
    names = [f"{number:06d}.jpg" for number in range(1, 5)]
    rows = [
        f"{name} " + " ".join("1" if (i + k) % 3 == 0 else "-1" for k in range(40))
        for i, name in enumerate(names)
    ]
    head = [str(len(names)), " ".join(CELEBA_40)]
    write_text(root / "Anno/list_attr_celeba.txt", [*head, *rows])
    parts = [f"{n} {p}" for n, p in zip(names, (0, 0, 1, 2), strict=True)]
    write_text(root / "Eval/list_eval_partition.txt", parts)
    write_images(root / "img_align_celeba", names)


def write_lfwa(root: Path) -> None:
    """Three images to train and two to test; needs h5py."""
    import h5py

    root.mkdir(parents=True, exist_ok=True)
    names = [f"{PEOPLE[i % 3]}\\{PEOPLE[i % 3]}_{i + 1:04d}.jpg" for i in range(5)]
    labels = np.array([[(i + k) % 2 for k in range(40)] for i in range(5)], float)
    with h5py.File(root / "lfw_att_40.mat", "w") as file:
        cells = np.empty((1, len(names)), dtype=h5py.ref_dtype)
        for number, name in enumerate(names):
            text = np.array([[ord(c)] for c in name], np.uint16)
            file[f"#refs#/{number}"] = text
            cells[0, number] = file[f"#refs#/{number}"].ref
        file.create_dataset("name", data=cells, dtype=h5py.ref_dtype)
        file["label"] = labels.T
    with h5py.File(root / "indices_train_test.mat", "w") as file:
        file["indices_img_train"] = np.array([[1.0], [2], [5]])
        file["indices_img_test"] = np.array([[3.0], [4]])
    write_images(root / "lfw", [name.replace("\\", "/") for name in names])


def write_celebamask_attributes(root: Path) -> None:
    """Three faces: with glasses, with an empty hat and an ear-ring, with nothing."""
    rows = ["idx orig_idx orig_file"]
    rows += [f"{i} {o} {o:06d}.jpg" for i, o in enumerate((5, 162_771, 182_638))]
    write_text(root / "CelebA-HQ-to-CelebA-mapping.txt", rows)
    write_images(root / "CelebA-HQ-img", [f"{i}.jpg" for i in range(3)])
    full, empty = np.full((8, 8, 3), 255, np.uint8), np.zeros((8, 8, 3), np.uint8)
    masks = root / "CelebAMask-HQ-mask-anno/0"
    masks.mkdir(parents=True)
    for name, mask in (
        ("00000_eye_g", full),
        ("00001_hat", empty),
        ("00001_ear_r", full),
        ("00002_skin", full),
    ):
        cv2.imwrite(str(masks / f"{name}.png"), mask)


def write_fairface(root: Path) -> None:
    head = "file,age,gender,race,service_test"
    train = ["train/1.jpg,50-59,Male,East Asian,True", "train/2.jpg,0-2,Female,Black,F"]
    test = ["val/1.jpg,more than 70,Female,Latino_Hispanic,False"]
    write_text(root / "fairface_label_train.csv", [head, *train])
    write_text(root / "fairface_label_val.csv", [head, *test])
    write_images(root, ["train/1.jpg", "train/2.jpg", "val/1.jpg"])


def write_morph2(root: Path) -> None:
    lists = root / "label/RANDOM_80_20"
    write_text(lists / "train.txt", ["009055_1M54.JPG 54", "009056_0F16.JPG 16"])
    write_text(lists / "test.txt", ["009055_2M55.JPG 55"])
    names = ["009055_1M54.JPG", "009056_0F16.JPG", "009055_2M55.JPG"]
    write_images(root / "data", names)


def write_paplham(name: str) -> Callable[[Path], None]:
    """Writer of one face a folder, ten in all."""

    def write(root: Path) -> None:
        entries = [
            {
                "img_path": f"faces/{folder}_Name{folder}_{20 + folder}_f.jpg",
                "name": f"Name{folder}",
                "age": 20 + folder,
                "gender": "F",
                "database": "x",
                "folder": folder,
            }
            for folder in range(10)
        ]
        root.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(json.dumps(entries))
        write_images(root, [entry["img_path"] for entry in entries])

    return write


def write_rafdb(root: Path) -> None:
    rows = ["train_00001.jpg 5", "train_00002.jpg 1", "test_0001.jpg 7"]
    write_text(root / "EmoLabel/list_patition_label.txt", rows)
    names = [row.split(".")[0] + "_aligned.jpg" for row in rows]
    write_images(root / "Image/aligned", names)


def write_affectnet(root: Path) -> None:
    """Of the training faces one is contempt, which is left out."""
    head = (
        "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,"
        "expression,valence,arousal"
    )
    train = [
        "1/a.jpg,4,5,30,20,1;2,0,0.1,0.2",
        "1/b.jpg,0,0,9,9,1;2,7,0.1,0.2",
        "2/c.jpg,1,1,8,8,1;2,6,-0.1,0.9",
    ]
    lists = root / "Manually_Annotated_file_lists"
    write_text(lists / "training.csv", [head, *train])
    write_text(lists / "validation.csv", [head, "3/d.jpg,1,1,8,8,1;2,3,0,0"])
    names = ["1/a.jpg", "1/b.jpg", "2/c.jpg", "3/d.jpg"]
    write_images(root / "Manually_Annotated_Images", names)


FERPLUS_VOTES = {
    "FER2013Train": ("4,0,0,1,3,2,0,0,0,0", "0,10,0,0,0,0,0,0,0,0"),
    "FER2013Valid": ("0,0,0,0,0,0,0,0,10,0",),
    "FER2013Test": ("1,1,1,1,1,1,1,3,0,0", "5,0,0,5,0,0,0,0,0,0"),
}
"""Majorities: none (4 of 9), happiness, unknown, contempt (singles go), none."""


def write_ferplus(root: Path) -> None:
    for folder, votes in FERPLUS_VOTES.items():
        names = [f"fer{number:07d}.png" for number in range(len(votes))]
        rows = [f'{n},"(0, 0, 48, 48)",{v}' for n, v in zip(names, votes)]
        write_text(root / "data" / folder / "label.csv", rows)
        write_images(root / "data" / folder, names)


def write_ckplus(root: Path) -> None:
    """Twelve persons, two frames of one of them."""
    names = [f"happy/S{number:03d}_001_00000010.png" for number in range(10, 21)]
    names += ["anger/S005_001_00000007.png", "anger/S005_001_00000008.png"]
    write_images(root, names)
    for folder in ("contempt", "disgust", "fear", "sadness", "surprise"):
        (root / folder).mkdir()


def write_pose(path: Path, angles: Sequence[float], points: np.ndarray) -> None:
    """Image and ``.mat`` of a face whose pitch, yaw and roll are in degrees."""
    write_image(path, int(sum(angles)) % 100)
    pose = np.zeros((1, 7), np.float32)
    pose[0, :3] = np.deg2rad(angles)
    savemat(path.with_suffix(".mat"), {"Pose_Para": pose, "pt2d": points.T})


POINTS = np.array([[10.0, 12], [50, 40], [30, 20]])


def write_300w_lp(root: Path) -> None:
    """One face a folder, but for the last, which is turned by 120 degrees."""
    for number, name in enumerate(("AFW", "HELEN", "IBUG", "LFPW")):
        for turn, flip in ((1, ""), (-1, "_Flip")):
            yaw = turn * (120 if name == "LFPW" else 10 + number)
            write_pose(root / f"{name}{flip}/{name}_1_0.jpg", (5, yaw, 2), POINTS)


def write_aflw2000(root: Path) -> None:
    """Two faces, the second with a hidden point, and one turned too far."""
    hidden = np.concatenate([POINTS, [[-1.0, -1]]])
    write_pose(root / "image00002.jpg", (10, 20, 30), POINTS)
    write_pose(root / "image00004.jpg", (-10, 70, 0), hidden)
    write_pose(root / "image00006.jpg", (100, 0, 0), POINTS)


BIWI_ANGLES = {"01/frame_00003": (10, 20, -5), "02/frame_00011": (0, -40, 15)}
"""Pitch, yaw and roll in degrees, in the convention of 300W-LP."""


def write_biwi(root: Path) -> None:
    from mcf.utils.rotations import euler_to_rotation

    for name, angles in BIWI_ANGLES.items():
        write_image(root / f"hpdb/{name}_rgb.png", 1)
        # The set's matrix is the transposed one of the mirrored angles.
        matrix = euler_to_rotation(np.array([angles]) * [1, -1, -1])[0].T
        rows = [" ".join(f"{value:.9f}" for value in row) + " " for row in matrix]
        write_text(root / f"hpdb/{name}_pose.txt", [*rows, "", "51.1 8.8 928.7 "])


def write_cfp(root: Path) -> None:
    """Ten folds of one pair of one person and one of two."""
    for kind, folder in (("F", "frontal"), ("P", "profile")):
        images = [f"Data/Images/{n:03d}/{folder}/01.jpg" for n in range(1, 11)]
        rows = [f"{n} ../{image}" for n, image in enumerate(images, 1)]
        write_text(root / f"Protocol/Pair_list_{kind}.txt", rows)
        write_images(root, images)
    for fold in range(1, 11):
        split = root / f"Protocol/Split/FP/{fold:02d}"
        write_text(split / "same.txt", [f"{fold},{fold}"])
        write_text(split / "diff.txt", [f"{fold},{fold % 10 + 1}"])


def write_cross_lfw(name: str, *, folds: bool) -> Callable[[Path], None]:
    """Writer of ten pairs of one person, whose folds the list tells or not, and ten."""

    def write(root: Path) -> None:
        rows, images = [], []
        for fold in range(1, 11):
            pair = [f"Person_{fold}_{i}.jpg" for i in (1, 2)]
            rows += [f"{image} {fold if folds else 1}" for image in pair]
            images += pair
        for fold in range(1, 11):
            rows += [f"Person_{fold}_1.jpg 0", f"Person_{fold % 10 + 1}_2.jpg 0"]
        write_text(root / name, rows)
        write_images(root / "aligned images", images)

    return write


def encoded(seed: int) -> bytes:
    return cv2.imencode(".png", noise_image(seed))[1].tobytes()


def write_bin(path: Path, *, pairs: int = 20, protocol: int = 4) -> None:
    """Insightface's file: as many pairs of one person as of two, by turns."""
    images = [encoded(seed) for seed in range(2 * pairs)]
    path.parent.mkdir(parents=True, exist_ok=True)
    same = [number % 2 == 0 for number in range(pairs)]
    path.write_bytes(pickle.dumps((images, same), protocol=protocol))


def write_agedb30(root: Path) -> None:
    write_bin(root / "agedb_30.bin")
