"""The Runtime API, spoken to by hand."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import json

import aiohttp

from lambada_labs.runtime.runtime_api import RuntimeApi
from lambada_labs.runtime.session import Answer, Delivery, Ending, Session, State

DELIVERY = Delivery(request_id="r-1", event=b'{"a": 1}', headers={"Lambda-Runtime-Aws-Request-Id": "r-1"})


class Runtime:
    """What a runtime does."""

    def __init__(self, http: aiohttp.ClientSession, address: str, session: Session) -> None:
        self.http, self.session = http, session
        self.base = f"http://{address}/2018-06-01/runtime/"

    async def get(self, path: str):
        async with self.http.get(self.base + path) as answer:
            return answer.status, dict(answer.headers), await answer.read()

    async def post(self, path: str, body: bytes = b"{}", **headers: str):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.post(self.base + path, data=io.BytesIO(body), headers=sent) as answer:
            return answer.status, json.loads(await answer.read())

    async def with_event(self, delivery: Delivery = DELIVERY):
        """Ask for the next event and get this one; the future ends with the invocation."""
        ready = self.session.watch()
        asking = asyncio.ensure_future(self.get("invocation/next"))
        await ready
        ended = self.session.deliver(delivery)
        return await asking, ended


def told(story):
    """Run a story with a runtime."""

    async def main():
        api = RuntimeApi()
        await api.start()
        session = Session()
        try:
            async with aiohttp.ClientSession() as http:
                return await story(Runtime(http, api.open(session), session))
        finally:
            await api.stop()

    return asyncio.run(main())


def test_an_invocation_from_next_to_next():
    async def story(runtime):
        (status, headers, body), ended = await runtime.with_event()
        posted = await runtime.post("invocation/r-1/response", b'"fine"')
        again = asyncio.ensure_future(runtime.get("invocation/next"))
        ending = await ended
        runtime.session.close()
        return (
            status,
            headers["Lambda-Runtime-Aws-Request-Id"],
            body,
            posted,
            ending,
            (await again)[0],
            runtime,
        )

    status, request_id, body, posted, ending, gone, runtime = told(story)
    assert (status, request_id, body) == (200, "r-1", b'{"a": 1}')
    assert posted == (202, {"status": "OK"})
    assert ending is Ending.READY
    assert runtime.session.answer == Answer(body=b'"fine"')
    assert gone == 410


def test_an_invocation_error():
    async def story(runtime):
        await runtime.with_event()
        kind = {"Lambda_Runtime_Function_Error_Type": "Function.Mine"}
        return await runtime.post(
            "invocation/r-1/error", b'{"errorType": "X"}', **kind
        ), runtime.session.answer

    posted, answer = told(story)
    assert posted == (202, {"status": "OK"})
    assert answer == Answer(body=b'{"errorType": "X"}', error_type="Function.Mine", failed=True)


def test_a_wrong_request_id():
    async def story(runtime):
        await runtime.with_event()
        return [await runtime.post(f"invocation/other/{kind}") for kind in ("response", "error")]

    refusal = (400, {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"})
    assert told(story) == [refusal, refusal]


def test_a_second_answer():
    async def story(runtime):
        await runtime.with_event()
        await runtime.post("invocation/r-1/response", b"1")
        return await runtime.post("invocation/r-1/response", b"2"), runtime.session.answer.body

    (status, body), kept = told(story)
    assert (status, body["errorType"], kept) == (403, "InvalidStateTransition", b"1")
    assert body["errorMessage"] == (
        "State transition from RuntimeResponseSentState to InvocationResponse failed for runtime. "
        "Error: State transition is not allowed"
    )


def test_next_before_the_answer():
    async def story(runtime):
        await runtime.with_event()
        return await runtime.get("invocation/next")

    status, _, body = told(story)
    assert (status, json.loads(body)["errorType"]) == (403, "InvalidStateTransition")


def test_a_response_that_is_too_large():
    async def story(runtime):
        await runtime.with_event()
        return await runtime.post("invocation/r-1/response", b"x" * 6_291_557), runtime.session.answer

    posted, answer = told(story)
    message = "Exceeded maximum allowed payload size (6291556 bytes)."
    assert posted == (413, {"errorMessage": message, "errorType": "RequestEntityTooLarge"})
    assert (answer.error_type, answer.fault) == ("Function.ResponseSizeTooLarge", True)


def test_an_init_error_ends_the_init_phase_once():
    async def story(runtime):
        ended = runtime.session.watch()
        posts = [
            await runtime.post("init/error", b"{}", Lambda_Runtime_Function_Error_Type="KeyError")
            for _ in "12"
        ]
        return posts, await ended, runtime.session.answer.error_type

    (first, second), ending, error_type = told(story)
    assert first == (202, {"status": "OK"})
    assert (second[0], second[1]["errorType"]) == (403, "InvalidStateTransition")
    assert (ending, error_type) == (Ending.INIT_ERROR, "Runtime.Unknown")


def test_restore_next_is_accepted():
    assert told(lambda runtime: runtime.get("restore/next"))[0] == 200


def test_an_unknown_mode():
    async def story(runtime):
        await runtime.with_event()
        mode = {"Lambda_Runtime_Function_Response_Mode": "smoke"}
        return await runtime.post("invocation/r-1/response", b"1", **mode), runtime.session.answer

    (status, body), answer = told(story)
    assert (status, body["errorType"]) == (400, "InvalidFunctionResponseMode")
    assert answer.error_type == "Runtime.InvalidResponseModeHeader"


async def stream(runtime, chunks: list[bytes], end: bytes = b"") -> bytes:
    """POST a streamed response by hand, with these trailers; what the API answered."""
    url = runtime.base.removeprefix("http://")
    host, _, path = url.partition("/")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    head = (
        f"POST /{path}invocation/r-1/response HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n"
        "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
        "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n"
    )
    writer.write(head.encode())
    for chunk in chunks:
        writer.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        await writer.drain()
    writer.write(b"0\r\n" + end + b"\r\n")
    answer = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    return answer.split(b"\r\n", 1)[0]


def streaming(received: list[bytes], *, fail: bool = False) -> Delivery:
    async def keep(chunk: bytes) -> None:
        received.append(chunk)
        if fail:
            raise ConnectionResetError

    return Delivery(request_id="r-1", event=b"{}", headers={}, on_chunk=keep)


def test_a_streamed_response_arrives_in_pieces():
    received: list[bytes] = []

    async def story(runtime):
        await runtime.with_event(streaming(received))
        return await stream(runtime, [b"one ", b"two ", b"x" * 300_000]), runtime.session.answer

    status, answer = told(story)
    assert status == b"HTTP/1.1 202 Accepted"
    assert b"".join(received) == b"one two " + b"x" * 300_000
    assert answer == Answer(body=b"")


def test_an_error_in_the_trailers():
    received: list[bytes] = []
    body = b'{"errorType": "Late", "errorMessage": "after the first piece"}'
    end = (
        b"Lambda-Runtime-Function-Error-Type: Runtime.Late\r\n"
        b"Lambda-Runtime-Function-Error-Body: " + base64.b64encode(body) + b"\r\n"
    )

    async def story(runtime):
        await runtime.with_event(streaming(received))
        return await stream(runtime, [b"half"], end), runtime.session.answer

    _, answer = told(story)
    assert received == [b"half"]
    assert answer == Answer(body=body, error_type="Runtime.Late", failed=True)


def test_a_caller_who_went_away_does_not_disturb_the_runtime():
    received: list[bytes] = []

    async def story(runtime):
        await runtime.with_event(streaming(received, fail=True))
        return await stream(runtime, [b"x" * 100_000] * 10)

    assert told(story) == b"HTTP/1.1 202 Accepted"
    assert len(received) == 1


def test_a_stream_for_a_caller_who_wants_it_whole():
    async def story(runtime):
        await runtime.with_event()
        return await stream(runtime, [b"one ", b"two"]), runtime.session.answer

    assert told(story) == (b"HTTP/1.1 202 Accepted", Answer(body=b"one two"))


def test_a_response_that_breaks_off():
    async def story(runtime):
        await runtime.with_event()
        host, _, path = runtime.base.removeprefix("http://").partition("/")
        _, writer = await asyncio.open_connection(*host.split(":"))
        head = f"POST /{path}invocation/r-1/response HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"
        writer.write(head.encode())
        await writer.drain()
        await once(lambda: runtime.session.state is State.ANSWERING)
        writer.close()
        await once(lambda: runtime.session.answer is not None)
        return runtime.session.answer

    answer = told(story)
    assert (answer.error_type, answer.fault) == ("Runtime.TruncatedResponse", True)


async def once(condition) -> None:
    """Wait for a condition, for half a minute at most."""
    for _ in range(3000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never happened")


def test_expect_100_continue():
    async def story(runtime):
        await runtime.with_event()
        return await runtime.post("invocation/r-1/response", b"1", Expect="100-continue")

    assert told(story) == (202, {"status": "OK"})


def test_what_is_not_there():
    async def story(runtime):
        wrong_token = runtime.base.replace(runtime.session.token, "guessed")
        async with runtime.http.get(wrong_token + "invocation/next") as answer:
            stranger = answer.status
        unknown = (await runtime.get("nothing"))[0]
        url = runtime.base.removesuffix("2018-06-01/runtime/")
        async with runtime.http.post(url + "2020-01-01/extension/register", data=b"{}") as answer:
            return stranger, unknown, answer.status, (await answer.json())["errorType"]

    assert told(story) == (404, 404, 403, "Extension.NotSupported")


def test_stop_ends_a_request_that_waits():
    async def main():
        api = RuntimeApi()
        await api.start()
        session = Session()
        ready = session.watch()
        async with aiohttp.ClientSession() as http:
            asking = asyncio.ensure_future(Runtime(http, api.open(session), session).get("invocation/next"))
            await ready
            await api.stop()
            with contextlib.suppress(aiohttp.ClientError):
                return (await asking)[0]

    assert asyncio.run(main()) in (410, None)
