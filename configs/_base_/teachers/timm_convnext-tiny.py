# ImageNet ConvNeXt-T of timm (pip install timm): the file model.safetensors of
# timm/convnext_tiny.fb_in1k on the Hugging Face hub.
teacher = dict(
    type="mcf.TeacherTarget",
    model=dict(type="mcf.TimmModel", name="convnext_tiny"),
    taps=["stages.1", "stages.2", "stages.3"],
    checkpoint="data/weights/convnext_tiny.safetensors",
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
)
