"""Where doors are, and what nobody can guess."""

from __future__ import annotations

import pytest

from lambada_labs.cloud.local.front_doors.addresses import Address, Addresses

API = Address(kind="api", name="abc1234567", region="eu-west-1")
ALB = Address(kind="alb", name="my-alb-1", region="eu-west-1")
ALB_8080 = Address(kind="alb", name="my-alb-1", region="eu-west-1", port=8080)
HERE = Addresses(b"secret")


@pytest.mark.parametrize("one", [API, ALB, ALB_8080])
def test_a_plain_path_leads_back(one):
    found = HERE.find("127.0.0.1:9", HERE.plain_path(one) + "a%20b/c", 9)
    assert (found.address, found.raw_path, found.by_path) == (one, "/a%20b/c", True)


@pytest.mark.parametrize("one", [API, ALB, ALB_8080])
def test_a_plain_path_of_another_cloud_or_door_leads_nowhere(one):
    path = HERE.plain_path(one)
    other = Addresses(b"other").plain_path(one)
    assert HERE.find("127.0.0.1:9", other, 9) is None
    assert HERE.find("127.0.0.1:9", path.replace(one.name, "zzz1234567"), 9) is None
    assert HERE.find("127.0.0.1:9", path[:-2], 9) is None


def test_the_root_may_lack_its_slash():
    assert HERE.find("127.0.0.1:9", HERE.plain_path(API)[:-1], 9).raw_path == "/"


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("abc1234567.execute-api.eu-west-1.amazonaws.com", API),
        ("abc1234567.execute-api.eu-west-1.amazonaws.com:9", API),
        ("abc1234567.execute-api.eu-west-1.localhost:9", API),
        ("abc1234567.execute-api.eu-west-1.localhost:8", None),
        ("abc1234567.execute-api.eu-west-1.localhost", None),
        ("my-alb-1.eu-west-1.elb.amazonaws.com", ALB),
        ("my-alb-1.eu-west-1.elb.amazonaws.com:8080", ALB_8080),
        ("my-alb-1.eu-west-1.elb.localhost:9", None),
        ("lambda.eu-west-1.amazonaws.com", None),
        ("evil.example:9", None),
        ("", None),
    ],
)
def test_host_names(host, found):
    answer = HERE.find(host, "/x", 9, (ALB, ALB_8080))
    assert (answer.address if answer else None) == found


@pytest.mark.parametrize("one", [ALB, ALB_8080])
def test_a_balancer_below_localhost_has_a_name_nobody_guesses(one):
    name = HERE.local_host(one)
    assert "my-alb" not in name
    assert all(len(label) <= 63 for label in name.split("."))
    assert HERE.find(f"{name}:9", "/", 9, (ALB, ALB_8080)).address == one
    assert Addresses(b"other").find(f"{name}:9", "/", 9, (ALB, ALB_8080)) is None
