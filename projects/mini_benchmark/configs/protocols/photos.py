# Real faces: UTKFace and LFW to pre-train, Helen and CelebAMask-HQ to evaluate. By its
# source no photo is on both sides; people may be.
_base_ = [
    "../../../../configs/_base_/probes/helen29.py",
    "../../../../configs/_base_/probes/celebamask_hq_mini.py",
]

store = dict(type="mcf.open_store", root="data/faces_train/unlabelled_112")
interval = 2
curve = [_base_.landmark_probe, _base_.parts_probe]
frozen = curve

fine_tuning = dict(
    alignment=dict(
        config="../fine_tuning/alignment_helen29.py",
        score="landmark/full/nme_interocular",
        shares=[0.1, 1.0],
    ),
    parsing=dict(
        config="../fine_tuning/parsing_celebamask_hq_mini.py",
        score="parsing/mF1",
        shares=[0.1, 1.0],
    ),
)
