import asyncio

import pytest

from mcf.serving.answers import Answer, Upload
from mcf.serving.batches import Batches


class Network:
    """Answers with the content, once it may; remembers what it was given."""

    def __init__(self):
        self.calls, self.open = [], asyncio.Event()

    async def __call__(self, uploads):
        self.calls.append([upload.content for upload in uploads])
        await self.open.wait()
        if b"bad" in self.calls[-1]:
            raise RuntimeError("a bug")
        return [Answer(200, upload.content.decode()) for upload in uploads]


def ask(batches, contents):
    return [asyncio.ensure_future(batches.answer(Upload("", one))) for one in contents]


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


def run(test):
    asyncio.run(asyncio.wait_for(test(), 20))


def test_first_goes_at_once_and_those_behind_it_together():
    async def test():
        network = Network()
        batches = Batches(network, size=3, calls=1)
        asked = ask(batches, [b"%d" % i for i in range(6)])
        await settle()
        assert network.calls == [[b"0"]]
        network.open.set()
        answers = await asyncio.gather(*asked)
        assert [answer.text for answer in answers] == list("012345")
        assert [len(call) for call in network.calls] == [1, 3, 2]

    run(test)


def test_no_more_calls_than_allowed_run_at_a_time():
    async def test():
        network = Network()
        asked = ask(Batches(network, size=1, calls=2), [b"a", b"b", b"c"])
        await settle()
        assert len(network.calls) == 2
        network.open.set()
        await asyncio.gather(*asked)
        assert len(network.calls) == 3

    run(test)


def test_who_has_given_up_is_not_analysed():
    async def test():
        network = Network()
        batches = Batches(network, size=4, calls=1)
        asked = ask(batches, [b"a"])
        await settle()
        asked += ask(batches, [b"b", b"c"])
        await settle()
        asked[1].cancel()
        await settle()
        network.open.set()
        assert (await asked[2]).text == "c"
        assert network.calls == [[b"a"], [b"c"]]

    run(test)


def test_error_of_a_call_is_that_of_its_images_only():
    async def test():
        network = Network()
        network.open.set()
        batches = Batches(network, size=1, calls=1)
        good, bad, after = ask(batches, [b"a", b"bad", b"c"])
        with pytest.raises(RuntimeError, match="a bug"):
            await bad
        assert (await good).text == "a" and (await after).text == "c"

    run(test)
