"""Rules, weights, health and redirects of load balancers."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from doors_room import reply, request
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.cloud.local.front_doors.alb import drawn, redirect
from lambada_labs.cloud.local.front_doors.alb_answer import page
from lambada_labs.cloud.local.front_doors.alb_health import HealthChecks, fits
from lambada_labs.cloud.local.front_doors.alb_rules import in_order, like
from lambada_labs.cloud.local.front_doors.tables import Listener

LISTENER = Listener(
    arn="a", balancer_arn="b", balancer_name="n", label="n-1", guessable=True, region="us-east-1", port=80, protocol="HTTP", rules=(), groups={}
)  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "text", "case", "yes"),
    [
        ("/a/*", "/a/b/c", True, True),
        ("/a/?", "/a/bc", True, False),
        ("/A", "/a", True, False),
        ("*.EXAMPLE.com", "www.example.com", False, True),
        ("a.c", "abc", True, False),
        ("*", "", True, True),
    ],
)
def test_wildcards(pattern, text, case, yes):
    assert like(pattern, text, case=case) is yes


def test_the_default_rule_is_the_last():
    rules = [SimpleNamespace(priority=one) for one in ("default", 20, "3")]
    assert [one.priority for one in in_order(rules)] == ["3", 20, "default"]


@given(st.lists(st.integers(0, 999), min_size=1, max_size=5), st.floats(0, 1, exclude_max=True))
def test_a_group_without_weight_is_never_drawn(weights, chance):
    groups = [{"TargetGroupArn": str(index), "Weight": weight} for index, weight in enumerate(weights)]
    chosen = drawn({"ForwardConfig": {"TargetGroups": groups}}, chance)
    assert weights[int(chosen)] > 0 if chosen else not sum(weights)


@pytest.mark.parametrize(
    ("config", "status", "location"),
    [
        ({"StatusCode": "HTTP_301"}, 301, "http://h.example:80/a/b?q=1"),
        (
            {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_302"},
            302,
            "https://h.example:443/a/b?q=1",
        ),
        (
            {"Host": "x.#{host}", "Path": "/p/#{path}", "Query": "#{query}&r=2"},
            302,
            "http://x.h.example:80/p/a/b?q=1&r=2",
        ),
    ],
)
def test_redirects(config, status, location):
    answer = redirect(config, request("GET", "/a/b", query="q=1", host="h.example"), LISTENER)
    assert (answer.status, dict(answer.headers)["Location"]) == (status, location)


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (400, "400 Bad Request"),
        (413, "413 Request Entity Too Large"),
        (502, "502 Bad Gateway"),
        (503, "503 Service Temporarily Unavailable"),
    ],
)
def test_pages(status, title):
    answer = page(status)
    assert f"<center><h1>{title}</h1></center>".encode() in answer.body
    assert answer.reason == title[4:]


@pytest.mark.parametrize(
    ("matcher", "status", "yes"),
    [
        ("200", 200, True),
        ("200,202", 202, True),
        ("200-299", 250, True),
        ("200-299", 300, False),
        ("x", 200, False),
    ],
)
def test_matchers(matcher, status, yes):
    assert fits(matcher, status) is yes


class Answering:
    """Stands in for the caller of functions: answers with one status after the other."""

    def __init__(self, statuses):
        self.statuses, self.events = list(statuses), []

    async def run(self, errand):
        self.events.append(errand)
        return reply({"statusCode": self.statuses.pop(0)})


def test_health_changes_after_as_many_answers_in_a_row_as_were_asked_for():
    group = SimpleNamespace(
        arn="g",
        targets={"f": {}},
        attributes={},
        health_check_enabled=True,
        health_check_interval_seconds=35,
        health_check_timeout_seconds=30,
        health_check_path="/",
        matcher={"HttpCode": "200"},
        healthy_threshold_count="3",
        unhealthy_threshold_count="2",
    )
    now, caller = [0.0], Answering([200, 500, 500, 200, 200, 200])
    checks = HealthChecks(caller, lambda: [group], lambda: now[0])
    seen = ["initial" in checks.told(group)]

    async def story():
        for _ in range(6):
            await checks.look()
            await checks.look()  # too early for a second question
            now[0] += 35
            seen.append("<State>healthy" in checks.told(group))

    asyncio.run(story())
    assert seen == [True, True, True, False, False, False, True]
    assert len(caller.events) == 6
