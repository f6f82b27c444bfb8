"""Cross-origin answers of an HTTP API."""

from __future__ import annotations

import pytest
from doors_room import request

from lambada_labs.cloud.local.front_doors.http_cors import preflight, shared
from lambada_labs.cloud.local.message import AwsResponse

CORS = {
    "allowOrigins": ["https://a.example"],
    "allowMethods": ["GET", "POST"],
    "allowHeaders": ["x-a"],
    "maxAge": 60,
}


def asked(origin="https://a.example", method="POST"):
    return request("OPTIONS", headers=(("Origin", origin), ("Access-Control-Request-Method", method)))


def test_a_preflight_from_an_allowed_origin():
    answer = preflight(CORS, asked())
    assert answer.status == 204
    assert dict(answer.headers) == {
        "access-control-allow-origin": "https://a.example",
        "vary": "origin",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "x-a",
        "access-control-max-age": "60",
    }


@pytest.mark.parametrize("ask", [asked("https://b.example"), asked(method="DELETE")])
def test_a_stranger_learns_nothing(ask):
    answer = preflight(CORS, ask)
    assert (answer.status, answer.headers) == (204, [])


@pytest.mark.parametrize(
    "ask", [request("OPTIONS"), request("GET", headers=(("Origin", "https://a.example"),))]
)
def test_what_is_no_preflight(ask):
    assert preflight(CORS, ask) is None


@pytest.mark.parametrize(
    ("allowed", "credentials", "origin", "said"),
    [
        (["*"], False, "https://x.example", "*"),
        (["*"], True, "https://x.example", "https://x.example"),
        (["https://*"], False, "https://x.example", "https://x.example"),
        (["https://*"], False, "http://x.example", None),
        (["https://x.example"], False, "https://x.example.evil", None),
        ([], False, "https://x.example", None),
    ],
)
def test_which_origins_are_named(allowed, credentials, origin, said):
    cors = {"allowOrigins": allowed, "allowCredentials": credentials}
    answer = shared(cors, request(headers=(("Origin", origin),)), AwsResponse())
    assert dict(answer.headers).get("access-control-allow-origin") == said


def test_the_functions_own_cors_headers_are_dropped():
    own = AwsResponse(headers=[("Access-Control-Allow-Origin", "*"), ("X-Kept", "1")])
    assert shared(CORS, request(), own).headers == [("X-Kept", "1")]
