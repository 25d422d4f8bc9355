import pytest
from mmengine.config import Config

from mcf.report.literal_config import MAX_BYTES, read_literal_config
from mcf.utils.shipped import shipped_folder


@pytest.fixture
def config(tmp_path):
    def write(text: str):
        path = tmp_path / "config.py"
        path.write_text(text)
        return path

    return write


def test_everything_that_mmengine_dumps_is_read(config):
    dumped = Config(
        dict(
            model=dict(type="mcf.MCF", sizes=[1, -2.5, (3, None)], on=True),
            by_name={"a b": "it's\n", 3: {"x": b"x"}},
            nothing=dict(),
            clip=float("inf"),
        )
    )
    settings, text = read_literal_config(config(dumped.pretty_text))
    assert settings == dumped.to_dict() and text == dumped.pretty_text


@pytest.mark.parametrize(
    "name",
    [
        "pretrain/mcf_vit-tiny-p14_1xb32-fp32-coslr-2e_synthetic-112",
        "parsing/mcf_vit-tiny-p14_uper_1xb4-fp32-4e_synthetic-112",
    ],
)
def test_dumped_configs_of_this_package_are_read(config, name):
    given = Config.fromfile(shipped_folder() / "configs" / f"{name}.py")
    settings, _ = read_literal_config(config(given.pretty_text))
    assert settings == given.to_dict()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("import os", "line 1: Import"),
        ("a = 1\nopen('x', 'w')", "line 2: Expr"),
        ("a = open('x', 'w')", "Call"),
        ("a = dict(b=[__import__('os').system('true')])", "Call"),
        ("a = {'b': (lambda: 1)()}", "Call"),
        ("a = [x for x in (1,)]", "ListComp"),
        ("a = f'{1}'", "JoinedStr"),
        ("a = b", "Name"),
        ("a = ''.join", "Attribute"),
        ("a = dict(**b)", "Call"),
        ("a = {**{}}", "Dict"),
        ("a = dict([(1, 2)])", "Call"),
        ("a = dict({}, b=1)", "Call"),
        ("a = dict({**b})", "Dict"),
        ("a.b = 1", "Assign"),
        ("a = b = 1", "Assign"),
        ("a += 1", "AugAssign"),
        ("a = 9 ** 9 ** 9", "BinOp"),
        ("a = 1 + 2j", "BinOp"),
        ("class A: pass", "ClassDef"),
        ("{% x %}", "no config"),
        ("a = '\0'", "no config"),
        ("a = " + "-" * 100_000 + "1", "no config"),
        ("a = b" + ".c" * 100_000, "no config"),
        ("a = " + "[" * 90 + "]" * 90, "nested over 64"),
        ("#" * MAX_BYTES + "\n", "larger than"),
    ],
)
def test_program_is_refused_by_name_and_not_run(config, text, named):
    path = config(text)
    with pytest.raises(ValueError, match=r"config\.py") as error:
        read_literal_config(path)
    assert named in str(error.value)
    assert [file.name for file in path.parent.iterdir()] == ["config.py"]
