import os
import pickle
from functools import partial

from mcf.datasets.stores.per_process import PerProcess


def count_and_tell_process(opened):
    opened.append(os.getpid())
    return os.getpid()


def test_opened_at_the_first_use_and_once():
    opened = []
    resource = PerProcess(partial(count_and_tell_process, opened))
    assert opened == []
    assert resource.get() == resource.get() == os.getpid()
    assert opened == [os.getpid()]


def test_forked_process_opens_its_own():
    resource = PerProcess(os.getpid)
    resource.get()
    child = os.fork()
    if child == 0:
        os._exit(0 if resource.get() == os.getpid() else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_pickling_leaves_the_open_one_behind():
    resource = PerProcess(partial(open, os.devnull))  # an open file cannot be pickled
    with resource.get():
        copy = pickle.loads(pickle.dumps(resource))
        with copy.get() as file:
            assert file is not resource.get()
