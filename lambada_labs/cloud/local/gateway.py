"""The door of the local cloud: who is it, and to whom does it go."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

from aiohttp import web

from lambada_labs.cloud.local import s3_form
from lambada_labs.cloud.local.authenticate import Admission, Authenticator, protocol_seen
from lambada_labs.cloud.local.aws_error import AwsError, render_error
from lambada_labs.cloud.local.front_doors.arrival import Arrival, Doors
from lambada_labs.cloud.local.listener import (
    LOOPBACK,
    Bounds,
    Listener,
    lower_headers,
    new_request_id,
    read_body,
)
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service, WireRequest

log = logging.getLogger(__name__)

# Doors of the emulator behind us, which know no authentication.
EMULATOR_PATHS = re.compile(r"/+(moto-api|latest/(meta-data|api|dynamic|user-data))(/|$)", re.IGNORECASE)
EMULATOR_HEADERS = ("x-moto-account-id",)
FORM_BYTES = 16 * 1024 * 1024
UNKNOWN = "The request processing has failed because of an unknown error, exception or failure."
LATE = "Your socket connection to the server was not read from or written to within the timeout period."


class Gateway:
    """Verifies every request, then hands it to the service its signature names.

    `services` are ours, by signing name; `fallback` answers for all others. `doors` answers what AWS itself
    serves unsigned, at addresses of their own only.
    """

    def __init__(
        self,
        authenticator: Authenticator,
        *,
        services: Mapping[str, Service],
        fallback: Service,
        bounds: Bounds | None = None,
        doors: Doors | None = None,
    ) -> None:
        self._authenticator, self._services, self._fallback = authenticator, dict(services), fallback
        self._bounds, self._doors = bounds or Bounds(), doors
        self._listener = Listener(self.answer, self._bounds)
        self._hosts: frozenset[str] = frozenset()
        self.port = 0

    async def start(self, port: int = 0) -> int:
        """Listen on 127.0.0.1 and return the port; OSError where it is taken."""
        self.port = await self._listener.start(port)
        self._hosts = frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})
        return self.port

    async def stop(self) -> None:
        """Stop listening and close what is open."""
        await self._listener.stop()

    async def answer(self, request: web.BaseRequest) -> AwsResponse:
        """The answer to one request on the wire; never raises for anything a client can send."""
        request_id = new_request_id()
        wire = _wire(request)
        answer = await self._at_a_door(request, wire, request_id)
        if answer is not None:
            return answer
        refusal = self._misdirected(request, wire)
        if refusal is not None:
            return refusal
        try:
            verified = await self._verified(request, wire, request_id)
            return _named(await self._service(verified).handle(verified), request_id)
        except AwsError as error:
            return render_error(error, protocol_seen(wire), request_id)
        except TimeoutError:
            return render_error(AwsError("RequestTimeout", LATE, 400), protocol_seen(wire), request_id)
        except Exception:
            log.exception("%s %s failed", wire.method, wire.raw_path)
            return render_error(AwsError("InternalFailure", UNKNOWN, 500), protocol_seen(wire), request_id)

    async def _verified(self, request: web.BaseRequest, wire: WireRequest, request_id: str) -> AwsRequest:
        if s3_form.is_form(
            wire
        ):  # its signature is a field of its body: bytes of a stranger, so fewer of them
            whole = replace(
                wire, body=await self._body(request, replace(self._bounds, body_bytes=FORM_BYTES))
            )
            return self._authenticator.prove_form(whole, request_id)
        admission = self._authenticator.admit_unsigned(wire) or self._authenticator.admit(wire)
        return await self._whole(request, wire, admission, request_id)

    async def _whole(
        self, request: web.BaseRequest, wire: WireRequest, admission: Admission, request_id: str
    ) -> AwsRequest:
        whole = WireRequest(
            method=wire.method,
            raw_path=wire.raw_path,
            raw_query=wire.raw_query,
            headers=wire.headers,
            body=await self._body(request, self._bounds),
        )
        proven = self._authenticator.prove(whole, admission, request_id)
        return replace(proven, gone=lambda: request.transport is None)

    async def _body(self, request: web.BaseRequest, bounds: Bounds) -> bytes:
        body = await read_body(request, bounds)
        if body is None or len(body) > bounds.body_bytes:
            limit = f"Request must be smaller than {bounds.body_bytes} bytes for the local cloud"
            raise AwsError("RequestEntityTooLargeException", limit, 413)
        return body

    async def _at_a_door(
        self, request: web.BaseRequest, wire: WireRequest, request_id: str
    ) -> AwsResponse | None:
        """The answer of the door whose own address this is, None where it is none."""
        hosts = request.headers.getall("Host", [])
        if self._doors is None or len(hosts) != 1 or not request.raw_path.isascii():
            return None
        host = hosts[0].lower()
        if not wire.raw_path.startswith("/"):
            return None
        found = self._doors.find(host, wire.raw_path, self.port)
        if found is None:
            return None
        try:
            body = await read_body(request, self._doors.bounds)
            whole = replace(wire, body=b"" if body is None else body)
            arrival = Arrival(
                wire=whole,
                headers=tuple(request.headers.items()),
                source_ip=request.remote or LOOPBACK,
                request_id=request_id,
                too_long=body is None,
            )
            return await self._doors.answer(found, arrival)
        except TimeoutError:
            return _plain(408, "Request Timeout")
        except Exception:
            log.exception("the door %s failed on %s %s", found.address.label, wire.method, wire.raw_path)
            return _plain(500, "Internal server error")

    def _service(self, request: AwsRequest) -> Service:
        return self._services.get(request.service, self._fallback)

    def _misdirected(self, request: web.BaseRequest, wire: WireRequest) -> AwsResponse | None:
        """A refusal for what is not meant for this cloud, or must not reach what stands behind it."""
        target = request.raw_path
        if not target.startswith("/") or not target.isascii():
            return _plain(400, "A request names its path, not a whole address: this is no proxy.")
        hosts = request.headers.getall("Host", [])
        host = hosts[0].lower() if len(hosts) == 1 else ""
        if host not in self._hosts:
            return self._stranger(host)
        path = unquote(wire.raw_path)
        if EMULATOR_PATHS.match(path) or any(name in wire.headers for name in EMULATOR_HEADERS):
            return _plain(403, "These doors of the emulator are closed.")
        return None

    def _stranger(self, host: str) -> AwsResponse:
        if host.endswith(f".localhost:{self.port}"):
            return _plain(404, f"Nothing is published at {host}.")
        return _plain(403, f"Host {host or '(none)'} is not this cloud: use 127.0.0.1:{self.port}.")


def _wire(request: web.BaseRequest) -> WireRequest:
    raw_path, _, raw_query = request.raw_path.partition("?")
    return WireRequest(
        method=request.method, raw_path=raw_path, raw_query=raw_query, headers=lower_headers(request)
    )


def _named(response: AwsResponse, request_id: str) -> AwsResponse:
    if not any(name.lower() in {"x-amzn-requestid", "x-amz-request-id"} for name, _ in response.headers):
        response.headers.append(("x-amzn-RequestId", request_id))
    return response


def _plain(status: int, text: str) -> AwsResponse:
    body = json.dumps({"message": text}).encode()
    return AwsResponse(status=status, headers=[("Content-Type", "application/json")], body=body)
