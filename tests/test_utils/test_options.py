import pytest
from mmengine.config import Config

from mcf.utils.options import is_text, merge_options, read_options


@pytest.mark.parametrize("text", ["2024", "007", "1e5", "True", "a,b", "1_000", "a b"])
def test_text_of_a_path_stays_as_it_is(text):
    keys = ("train_dataloader.dataset.store.root", "test_dataloader.data_root")
    keys += ("load_from", "work_dir", "x.ann_file", "x.data_prefix.img", "x.checkpoint")
    keys += ("x.metainfo.dataset_name", "experiment_name")
    for key in keys:
        assert read_options([f"{key}={text}"]) == {key: text}


def test_other_values_are_read_as_mmengine_reads_them():
    texts = ["a.lr=1e-3", "n=4", "m=[a,(1,2)]", "f=False", "load_from=None", "s=x,y"]
    assert read_options(texts) == {
        "a.lr": 1e-3,
        "n": 4,
        "m": ["a", (1, 2)],
        "f": False,
        "load_from": None,
        "s": ["x", "y"],
    }


def test_names_of_numbers_are_no_paths():
    for key in ("model.proot", "interval", "x.type", "model.file_count", "begin"):
        assert not is_text(key)


def test_number_for_a_path_becomes_its_text_in_python_too():
    config = Config(dict(store=dict(root="a"), lr=1.0))
    merge_options(config, {"store.root": 2024, "lr": 2})
    assert (config.store.root, config.lr) == ("2024", 2)


@pytest.mark.parametrize("options", [["a"], ["=3"], ["a=[1,2"], "a=1"])
def test_what_is_no_option_is_refused(options):
    with pytest.raises(ValueError):
        merge_options(Config(dict(a=1)), options)


def test_option_that_fits_nowhere_is_refused():
    with pytest.raises(ValueError, match="do not fit"):
        merge_options(Config(dict(a=[1])), {"a.7.b": 1})
