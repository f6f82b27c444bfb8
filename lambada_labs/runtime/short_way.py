"""The two requests of every warm invocation, GET next and POST response, answered without aiohttp's machinery.

aiohttp makes a task, a request, a stream and a response for each; here it is a look at the bytes and one write.
Only the ordinary form goes this way: the whole request in one piece, on a connection where nothing else is
under way, from a runtime that may ask this now. Everything else, refusals included, goes through aiohttp.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from lambada_labs.runtime.session import Answer, Delivery, Session, State
from lambada_labs.runtime.trailers import TrailerKeepingHandler, TrailerKeepingServer

_ASKED = re.compile(
    rb"(?:(?P<next>GET)|POST) /(?P<token>[\w-]+)/2018-06-01/runtime/invocation/"
    rb"(?(next)next|(?P<id>[\w-]+)/response) HTTP/1\.1\r\n"
)
#: Headers that change how a message is read or answered.
_OUT_OF_THE_ORDINARY = re.compile(
    rb"\r\n(?:transfer-encoding|content-encoding|expect|connection|upgrade"
    rb"|lambda-runtime-function-response-mode)[ \t]*:",
    re.IGNORECASE,
)
_LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*([^\r]*)", re.IGNORECASE)
_ACCEPTED = (
    b'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n'
)
_GONE_BODY = b'{"errorMessage": "This execution environment was shut down.", "errorType": "RuntimeGone"}\n'
_GONE = (
    b"HTTP/1.1 410 Gone\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(_GONE_BODY)
) + _GONE_BODY


class ShortWayHandler(TrailerKeepingHandler):
    """A connection of a runtime. `sessions` are those of the Runtime API, by token."""

    __slots__ = ("_begun", "_held", "_parked", "_sessions")

    def __init__(self, *args: Any, sessions: Mapping[str, Session], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sessions = sessions
        self._begun = False  # aiohttp holds the beginning of a message
        self._parked = False  # GET next waits here
        self._held = b""  # what came meanwhile

    def data_received(self, data: bytes) -> None:
        """Called by the transport."""
        if self._parked:
            self._held += data
        elif self._begun or not self._idle() or not self._answered(data):
            super().data_received(data)
            self._begun = self._idle()

    def _idle(self) -> bool:
        """Whether aiohttp waits for a message."""
        return self._waiter is not None and not self._waiter.done()

    def _answered(self, data: bytes) -> bool:
        asked = _ASKED.match(data)
        if asked is None:
            return False
        session = self._sessions.get(asked["token"].decode())
        end = data.find(b"\r\n\r\n") + 4
        if session is None or end < asked.end() or _OUT_OF_THE_ORDINARY.search(data, 0, end):
            return False
        if asked["next"]:
            return end == len(data) and self._next(session)
        length = _LENGTH.findall(data, 0, end)
        whole = length == [b"%d" % (len(data) - end)]
        return whole and self._response(session, asked["id"].decode(), data[end:])

    def _next(self, session: Session) -> bool:
        if not session.may_ask():
            return False
        self._parked = True
        session.ask(self._deliver)
        return True

    def _deliver(self, delivery: Delivery | None) -> None:
        self._write(_GONE if delivery is None else _event(delivery))
        self._parked = False
        if self._held:
            held, self._held = self._held, b""
            self.data_received(held)

    def _response(self, session: Session, request_id: str, body: bytes) -> bool:
        if not session.is_current(request_id) or session.state is not State.RUNNING:
            return False
        session.begin_answer()
        self._write(_ACCEPTED)
        session.finish_answer(Answer(body=body))
        return True

    def _write(self, message: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(message)


class ShortWayServer(TrailerKeepingServer):
    """A server of such connections."""

    def __init__(self, *args: Any, sessions: Mapping[str, Session], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connection = partial(ShortWayHandler, sessions=sessions)

    def __call__(self) -> ShortWayHandler:
        """A new connection."""
        return self._connection(self, loop=self._loop, **self._kwargs)


def _event(delivery: Delivery) -> bytes:
    # No line break can stand in these values: `Run.delivery` made each of them one line.
    head = "".join([f"{name}: {value}\r\n" for name, value in delivery.headers.items()])
    length = len(delivery.event)
    return f"HTTP/1.1 200 OK\r\n{head}Content-Length: {length}\r\n\r\n".encode() + delivery.event
