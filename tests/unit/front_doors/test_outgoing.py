"""What leaves a door."""

from __future__ import annotations

import pytest

from lambada_labs.cloud.local.front_doors.addresses import Address, Found
from lambada_labs.cloud.local.front_doors.outgoing import cleaned, relocated
from lambada_labs.cloud.local.message import AwsResponse

API = Address(kind="api", name="abc1", region="us-east-1")
ALB = Address(kind="alb", name="b-1", region="us-east-1")
PLAIN = "http://127.0.0.1:9/_door/x/"


def located(location, address, *, base=PLAIN, by_path=True):
    found = Found(address=address, raw_path="/", base=base, by_path=by_path)
    ports = {8080: "http://127.0.0.1:9/_door/other/"}
    answer = relocated(AwsResponse(headers=[("Location", location)]), found, lambda _, port: ports.get(port))
    return answer.headers[0][1]


@pytest.mark.parametrize(
    ("location", "address", "said"),
    [
        ("/next?a=1", API, PLAIN + "next?a=1"),
        ("https://abc1.execute-api.us-east-1.amazonaws.com/prod/x#y", API, PLAIN + "prod/x#y"),
        ("http://b-1.us-east-1.elb.amazonaws.com:80/x", ALB, PLAIN + "x"),
        ("http://b-1.us-east-1.elb.amazonaws.com:8080/x", ALB, "http://127.0.0.1:9/_door/other/x"),
        (
            "https://b-1.us-east-1.elb.amazonaws.com:443/x",
            ALB,
            "https://b-1.us-east-1.elb.amazonaws.com:443/x",
        ),
        ("https://elsewhere.example/x", API, "https://elsewhere.example/x"),
        ("//elsewhere.example/x", API, "//elsewhere.example/x"),
        ("relative", API, "relative"),
        ("http://[bad", API, "http://[bad"),
    ],
)
def test_redirects_lead_back_to_where_the_client_came_from(location, address, said):
    assert located(location, address) == said


def test_below_localhost_a_path_needs_no_prefix():
    assert (
        located("/next", API, base="http://abc1.execute-api.us-east-1.localhost:9/", by_path=False) == "/next"
    )


def test_on_awss_name_nothing_is_turned():
    assert located("/next", API, base="", by_path=False) == "/next"


def test_headers_that_are_none_are_dropped():
    headers = [
        ("Good", "1"),
        ("bad name", "2"),
        ("", "3"),
        ("Connection", "close"),
        ("Content-Length", "9"),
        ("a\r\nb", "4"),
    ]
    assert cleaned(AwsResponse(headers=headers)).headers == [("Good", "1")]
