# Drawn faces throughout: nothing to download. Those to evaluate are unrelated to those
# to pre-train on.
_base_ = ["../../../../configs/_base_/probes/drawn.py"]

store = dict(type="mcf.SyntheticFaceStore", length=12_000, size=64, seed=0)
interval = 2
curve = [_base_.landmark_probe, _base_.parts_probe]
frozen = curve

fine_tuning = dict(
    alignment=dict(
        config="../fine_tuning/alignment_drawn.py",
        score="landmark/full/nme_interocular",
        shares=[0.1, 1.0],
    ),
    parsing=dict(
        config="../fine_tuning/parsing_drawn.py",
        score="parsing/mF1",
        shares=[0.1, 1.0],
    ),
)
