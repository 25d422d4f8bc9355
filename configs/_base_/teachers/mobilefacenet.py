# MobileFaceNet of MS1M, the weights of foamliu/MobileFaceNet. It looks at the faces at
# about half their size, for speed.
teacher = dict(
    type="mcf.TeacherTarget",
    model=dict(type="mcf.MobileFaceNet"),
    taps=["features.4", "features.11", "features.14"],
    checkpoint="data/weights/mobilefacenet_ms1m.pt",
    input_size=64,
    interpolation="bilinear",
    autocast=False,
)
