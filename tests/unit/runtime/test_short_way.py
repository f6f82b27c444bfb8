"""The short way through the Runtime API and the long one: the same answers, however a request arrives."""

from __future__ import annotations

import asyncio

import pytest

from lambada_labs.runtime.runtime_api import RuntimeApi
from lambada_labs.runtime.session import Answer, Delivery, Ending, Session

DELIVERY = Delivery(request_id="r-1", event=b'{"a": 1}', headers={"Lambda-Runtime-Aws-Request-Id": "r-1"})
ASK = "GET {base}/invocation/next HTTP/1.1\r\nHost: x\r\n{more}\r\n"
SAY = "POST {base}/invocation/r-1/response HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n{more}\r\ndone"
OK = b'{"status":"OK"}\n'


class Wire:
    """One connection of a runtime."""

    def __init__(self, reader, writer, session, base):
        self.reader, self.writer, self.session, self.base = reader, writer, session, base

    async def send(self, text, *, more="", pieces=1):
        data = text.format(base=self.base, more=more).encode()
        step = -(-len(data) // pieces)
        for start in range(0, len(data), step):
            self.writer.write(data[start : start + step])
            await self.writer.drain()
            await asyncio.sleep(0.005 if pieces > 1 else 0)

    async def answer(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        return int(head[9:12]), fields, await self.reader.readexactly(int(fields["Content-Length"]))

    async def given_an_event(self, **how):
        ready = self.session.watch()
        await self.send(ASK, **how)
        assert await asyncio.wait_for(ready, 5) is Ending.READY
        return self.session.deliver(DELIVERY)


def told(story):
    """Run a story with one connection."""

    async def main():
        api, session = RuntimeApi(), Session()
        await api.start()
        place, _, token = api.open(session).partition("/")
        reader, writer = await asyncio.open_connection(*place.split(":"))
        base = f"/{token}/2018-06-01/runtime"
        try:
            return await asyncio.wait_for(story(Wire(reader, writer, session, base)), 20)
        finally:
            writer.close()
            await api.stop()

    return asyncio.run(main())


WAYS = pytest.mark.parametrize(
    "how", [{}, {"pieces": 2}, {"pieces": 7}, {"more": "Expect:\r\n"}, {"more": "X-A: b\r\n"}]
)


@WAYS
def test_two_invocations_on_one_connection(how):
    async def story(wire):
        seen = []
        for _ in range(2):
            await wire.given_an_event(**how)
            status, fields, event = await wire.answer()
            await wire.send(SAY, **how)
            seen.append((status, fields["Lambda-Runtime-Aws-Request-Id"], event, await wire.answer()))
        return [(*one[:3], one[3][0], one[3][2]) for one in seen], wire.session.answer

    expected = (200, "r-1", DELIVERY.event, 202, OK)
    assert told(story) == ([expected, expected], Answer(body=b"done"))


def test_what_comes_while_next_waits_is_answered_after_it():
    async def story(wire):
        ready = wire.session.watch()
        await wire.send(ASK + SAY.replace("{more}", ""))
        await ready
        wire.session.deliver(DELIVERY)
        first, second = await wire.answer(), await wire.answer()
        await wire.given_an_event()
        third = await wire.answer()
        await wire.send(SAY)
        return [first[2], second[2], third[2], (await wire.answer())[2]]

    assert told(story) == [DELIVERY.event, OK, DELIVERY.event, OK]


def test_a_late_request_waits_behind_a_parked_next():
    async def story(wire):
        ready = wire.session.watch()
        await wire.send(ASK)
        await ready
        await wire.send(SAY)
        await asyncio.sleep(0.01)
        wire.session.deliver(DELIVERY)
        return [(await wire.answer())[2], (await wire.answer())[2]]

    assert told(story) == [DELIVERY.event, OK]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (SAY.replace("r-1", "r-2"), 400),
        (SAY.replace("Content-Length: 4", "Content-Length: 4\r\nContent-Length: 5"), 400),
        (ASK.replace("{base}", "/unknown/2018-06-01/runtime"), 404),
        (ASK, 403),
    ],
)
def test_refusals_are_those_of_the_long_way(text, status):
    async def story(wire):
        await wire.given_an_event()
        await wire.answer()
        await wire.send(text)
        return (await wire.answer())[0], wire.session.answer

    assert told(story) == (status, None)


def test_a_connection_that_shall_close_is_closed():
    async def story(wire):
        await wire.given_an_event()
        await wire.answer()
        await wire.send(SAY, more="Connection: close\r\n")
        return (await wire.answer())[2], await wire.reader.read()

    assert told(story) == (OK, b"")


def test_a_runtime_whose_environment_ends_is_told_so():
    async def story(wire):
        ready = wire.session.watch()
        await wire.send(ASK)
        await ready
        wire.session.close()
        return (await wire.answer())[0]

    assert told(story) == 410
