"""What the gateway lets near: the right host, the right form, nothing of the emulator behind it."""

from __future__ import annotations

import contextlib
import json
import socket
import time

import pytest
from gateway_kit import Kit

from lambada_labs.cloud.local.listener import Bounds

MB = 1 << 20


@pytest.fixture(scope="module")
def kit():
    with Kit(bounds=Bounds(body_bytes=2 * MB, connections=40, body_s=1.0, quiet_s=1.0)) as kit:
        yield kit


def talk(kit, text):
    """Raw bytes in, everything that comes back out."""
    with socket.create_connection(("127.0.0.1", kit.port), timeout=20) as connection:
        connection.sendall(text)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


def test_a_signed_request_reaches_its_service(kit):
    status, _, body = kit.call("echo", "POST", "/a%20b?x=1&y", b"hello")
    assert (status, json.loads(body)) == (
        200,
        {
            "caller": f"arn:aws:iam::{kit.account_id}:root",
            "environment": None,
            "method": "POST",
            "path": "/a b",
            "query": [["x", "1"], ["y", ""]],
            "bytes": 5,
        },
    )


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_its_own_names_are_served(kit, name):
    status, _, _ = kit.call("echo", "GET", "/", headers={"Host": f"{name}:{kit.port}"})
    assert status == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example:{port}", 403),
        ("127.0.0.1", 403),
        ("127.0.0.1:1", 403),
        ("localhost.evil.example:{port}", 403),
        ("abc.lambda-url.us-east-1.localhost:{port}", 404),
        ("", 403),
    ],
)
def test_other_names_are_refused_even_when_signed(kit, host, status):
    answer = kit.call("echo", "GET", "/", headers={"Host": host.format(port=kit.port)})
    assert answer[0] == status


@pytest.mark.parametrize(
    "head",
    [
        b"GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n",
        b"GET / HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example\r\n",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: -1\r\n",
        b"nonsense\r\n",
    ],
)
def test_other_forms_of_request_are_refused(kit, head):
    head = head.replace(b"{port}", str(kit.port).encode())
    answer = talk(kit, head + b"Connection: close\r\n\r\n")
    assert answer.split(b" ", 2)[1] in {b"400", b"403"}


@pytest.mark.parametrize(
    "path",
    [
        "/moto-api/reset",
        "/moto-api",
        "//moto-api/data.json",
        "/MOTO-API/",
        "/latest/meta-data/iam/",
        "/latest/api/token",
    ],
)
def test_the_emulators_own_doors_are_closed_even_to_the_owner(kit, path):
    for service in ("s3", "iam"):
        assert kit.call(service, "GET", path)[0] == 403
    assert kit.send("POST", path)[0] == 403


@pytest.mark.parametrize(
    "service",
    ["motoapi.amazonaws.com", "motoapi.amazonaws.com?", "moto_api", "169.254.169.254", "s3/../x", ""],
)
def test_no_invented_service_leads_to_them(kit, service):
    for path in (
        "/%6doto-api/data.json",
        "/%2Fmoto-api/data.json",
        "/latest/%6deta-data/iam/security-credentials/",
    ):
        assert kit.call(service, "GET", path)[0] in {400, 403}


def test_nobody_names_another_account(kit):
    assert kit.call("iam", "POST", "/", b"Action=ListUsers", {"x-moto-account-id": "999999999999"})[0] == 403


@pytest.mark.parametrize("method", ["OPTIONS", "GET", "POST"])
def test_a_page_of_a_stranger_gets_no_leave_to_read(kit, method):
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    status, answer, _ = kit.send(method, "/", headers=headers)
    assert status == 403
    assert not [name for name in answer if name.lower().startswith("access-control")]
    status, answer, _ = kit.call(
        "iam",
        "POST",
        "/",
        b"Action=ListUsers&Version=2010-05-08",
        {**headers, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert status == 200
    assert not [name for name in answer if name.lower().startswith("access-control")]


def test_a_body_beyond_the_bound_is_refused_in_the_services_words(kit):
    status, _, body = kit.call("echo", "POST", "/", b"x" * (2 * MB + 1))
    assert (status, json.loads(body)["message"][:31]) == (413, "Request must be smaller than 20")
    assert kit.call("echo", "POST", "/", b"x" * 2 * MB)[0] == 200


def test_strangers_are_refused_before_their_body(kit):
    head = f"PUT /bucket/key HTTP/1.1\r\nHost: 127.0.0.1:{kit.port}\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", kit.port), timeout=20) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 403")


def test_those_who_wait_for_a_hundred_get_it(kit):
    signed = kit.signed("echo", "PUT", "/", b"hello")
    lines = "".join(f"{name}: {value}\r\n" for name, value in signed.items())
    head = f"PUT / HTTP/1.1\r\nHost: 127.0.0.1:{kit.port}\r\nContent-Length: 5\r\nExpect: 100-continue\r\n{lines}\r\n"
    with socket.create_connection(("127.0.0.1", kit.port), timeout=20) as connection:
        connection.sendall(head.encode())
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"hello")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")


def test_a_body_that_does_not_come_ends_in_a_time_out(kit):
    signed = kit.signed("echo", "PUT", "/", b"hello")
    lines = "".join(f"{name}: {value}\r\n" for name, value in signed.items())
    head = f"PUT / HTTP/1.1\r\nHost: 127.0.0.1:{kit.port}\r\nContent-Length: 5\r\nConnection: close\r\n{lines}\r\nhel"
    with socket.create_connection(("127.0.0.1", kit.port), timeout=20) as connection:
        connection.sendall(head.encode())
        assert b"RequestTimeout" in connection.recv(4096)


def test_a_head_that_never_ends_is_hung_up_on(kit):
    assert talk(kit, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ") == b""


def test_connections_are_capped_and_come_back(kit):
    opened = [socket.create_connection(("127.0.0.1", kit.port), timeout=20) for _ in range(45)]
    refused = [one.recv(100)[:12] for one in opened[40:]]
    for one in opened:
        one.close()
    assert refused == [b"HTTP/1.1 503"] * 5
    deadline = time.monotonic() + 20
    while (status := kit.call("echo", "GET", "/")[0]) == 503 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert status == 200


def test_the_connection_that_rested_longest_makes_room(kit):
    """Answered and left open, as clients leave them that never read an answer: the newest caller is let in."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in kit.signed("echo", "GET", "/").items())
    text = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{kit.port}\r\n{lines}\r\n".encode()
    with contextlib.ExitStack() as opened:
        answers = []
        for _ in range(45):
            one = opened.enter_context(socket.create_connection(("127.0.0.1", kit.port), timeout=20))
            one.sendall(text)
            answers.append(one.recv(12))
        status = kit.call("echo", "GET", "/")[0]
    assert (answers, status) == ([b"HTTP/1.1 200"] * 45, 200)


def test_a_bug_of_ours_is_an_internal_failure_of_aws(kit, caplog):
    status, headers, body = kit.call("failing", "GET", "/2020-01-01/x")
    assert (status, headers["x-amzn-ErrorType"]) == (500, "InternalFailure")
    assert "bug of ours" not in body.decode()
    assert "a bug of ours" in caplog.text


def test_answers_come_in_pieces(kit):
    status, headers, body = kit.call("streaming", "GET", "/?n=5")
    assert (status, headers["Transfer-Encoding"], body) == (200, "chunked", b"0,1,2,3,4,")


def test_whoever_makes_the_pieces_hears_that_the_client_is_gone(kit):
    lines = "".join(
        f"{name}: {value}\r\n" for name, value in kit.signed("streaming", "GET", "/?n=1000000").items()
    )
    kit.streaming.ended.clear()
    with socket.create_connection(("127.0.0.1", kit.port), timeout=20) as connection:
        connection.sendall(f"GET /?n=1000000 HTTP/1.1\r\nHost: 127.0.0.1:{kit.port}\r\n{lines}\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    assert kit.streaming.ended.wait(20)


def test_every_answer_has_a_request_id(kit):
    assert len(kit.call("echo", "GET", "/")[1]["x-amzn-RequestId"]) == 36
