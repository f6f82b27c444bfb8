"""Stands in for awslambdaric's native module where its wheel does not fit: the Runtime API over one kept socket."""

import os
import socket

PREFIX = "/2018-06-01/runtime"
RECEIVE = 65536
_connection = None


class RuntimeClientError(RuntimeError):
    """The Runtime API refused a call."""


class _Connection:
    def __init__(self, address, user_agent):
        place, _, path = address.partition("/")
        host, _, port = place.rpartition(":")
        self.address, self.host = (host, int(port or 80)), place
        self.base = ("/" + path if path else "") + PREFIX
        self.user_agent = user_agent
        self.socket = None

    def call(self, method, path, body=b"", headers=()):
        lines = [
            f"{method} {self.base}/{path} HTTP/1.1",
            f"Host: {self.host}",
            f"User-Agent: {self.user_agent}",
            *(f"{name}: {value}" for name, value in headers),
        ]
        if method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        self._send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
        return self._receive(path)

    def _send(self, message):
        if self.socket is None:
            self.socket = socket.create_connection(self.address)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(message)

    def _receive(self, path):
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        status, headers = _parse(head.decode("latin-1"))
        body = self._body(headers, body)
        if headers.get("connection", "").lower() == "close":
            self.close()
        if status >= 300:
            raise RuntimeClientError(f"{path}: {status} {body!r}")
        return body, headers

    def _body(self, headers, data):
        length = int(headers.get("content-length", 0))
        parts, have = [data], len(data)
        while have < length:
            parts.append(self._more())
            have += len(parts[-1])
        return b"".join(parts)

    def _more(self):
        data = self.socket.recv(RECEIVE)
        if not data:
            self.close()
            raise RuntimeClientError("the Runtime API closed the connection")
        return data

    def close(self):
        self.socket.close()
        self.socket = None


class _Headers(dict):
    """Header names without regard to case."""

    def get(self, name, default=None):
        return dict.get(self, name.lower(), default)


def _parse(head):
    first, *lines = head.split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return int(first.split(" ", 2)[1]), _Headers((name.lower(), value.strip()) for name, _, value in pairs)


def initialize_client(user_agent):
    """Note the address; the connection is made by the first call."""
    global _connection
    _connection = _Connection(os.environ["AWS_LAMBDA_RUNTIME_API"], user_agent)


def next():
    """Wait for the next invocation: (event as bytes, headers)."""
    body, headers = _connection.call("GET", "invocation/next")
    deadline = headers.get("Lambda-Runtime-Deadline-Ms")
    if deadline:
        headers["lambda-runtime-deadline-ms"] = int(deadline)
    return body, headers


def post_invocation_result(invoke_id, data, content_type="application/json", invocation_id=None):  # noqa: ARG001
    """Answer an invocation."""
    _connection.call("POST", f"invocation/{invoke_id}/response", data, [("Content-Type", content_type)])


def post_error(invoke_id, data, xray_fault="", invocation_id=None):  # noqa: ARG001
    """Report that the handler failed."""
    body = data.encode() if isinstance(data, str) else data
    headers = [("Content-Type", "application/json")]
    if xray_fault:
        headers.append(("Lambda-Runtime-Function-XRay-Error-Cause", _one_line(xray_fault)))
    _connection.call("POST", f"invocation/{invoke_id}/error", body, headers)


def post_init_error(data, error_type):
    """Report that the function could not be initialised."""
    headers = [("Content-Type", "application/json"), ("Lambda-Runtime-Function-Error-Type", error_type)]
    _connection.call("POST", "init/error", data.encode(), headers)


def _one_line(text):
    return text.replace("\r", " ").replace("\n", " ").encode("ascii", "replace").decode()
