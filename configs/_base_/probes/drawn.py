# Drawn faces with 68 points and LaPa's 11 classes: nothing to download.
landmark_probe = dict(
    type="mcf.LandmarkProbe",
    dataset=dict(type="mcf.SyntheticLandmarks", split="test", length=300),
)
parts_probe = dict(
    type="mcf.PartsProbe",
    train=dict(type="mcf.SyntheticParsing", split="train", length=300),
    test=dict(type="mcf.SyntheticParsing", split="test", length=100),
)
