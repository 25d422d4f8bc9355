# The pre-training of mcf.py; its momentum encoder is evaluated.
_base_ = ["./mcf.py"]

arm = dict(
    title="MCF, momentum encoder transferred", trained_as="mcf", encoder="momentum"
)
