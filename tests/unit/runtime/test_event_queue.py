"""Events come back when they are throttled, and are given up when they are too old."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from itertools import pairwise

from lambada_labs.model import FunctionConfig, Invocation
from lambada_labs.runtime.event_queue import EventQueue
from lambada_labs.runtime.ports import Throttled
from lambada_labs.runtime.settings import EngineSettings

FUNCTION = FunctionConfig(
    account_id="123456789012",
    region="us-east-1",
    name="f",
    handler="h.h",
    runtime="python3.12",
    role_arn="arn:aws:iam::123456789012:role/r",
    code_sha256="",
)


def event(name: str = "r-1", *, age_s: float = 0, function: FunctionConfig = FUNCTION) -> Invocation:
    return Invocation(
        function=function,
        event=b"{}",
        request_id=name,
        invoked_arn=function.arn,
        accepted_at=time.time() - age_s,
        type="Event",
    )


def delivered(events, outcomes, **settings):
    """The request ids that were tried and when, with the queue run until it is empty."""
    tried: list[tuple[str, float]] = []
    left = list(outcomes)

    async def invoke(invocation: Invocation):
        tried.append((invocation.request_id, time.perf_counter()))
        if left and (problem := left.pop(0)) is not None:
            raise problem

    async def story():
        queue = EventQueue(invoke, EngineSettings(throttle_backoff_s=0.02, **settings))
        for one in events:
            queue.submit(one)
        while len(queue):
            await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(story(), 30))
    return tried


def test_waits_double():
    throttle = Throttled("ConcurrentInvocationLimitExceeded")
    times = [at for _, at in delivered([event()], [throttle] * 3)]
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert [wait >= least for wait, least in zip(waits, (0.02, 0.04, 0.08), strict=True)] == [True] * 3


def test_an_old_event_is_given_up():
    throttle = Throttled("ConcurrentInvocationLimitExceeded")
    assert len(delivered([event(age_s=6 * 3600)], [throttle] * 3)) == 1


def test_a_function_that_may_never_run_gets_nothing():
    off = replace(FUNCTION, reserved_concurrency=0)
    assert delivered([event(function=off)], []) == []


def test_deliveries_at_once_are_bounded_and_in_order():
    names = [f"r-{n}" for n in range(10)]
    tried = delivered([event(name) for name in names], [], event_deliveries_at_once=1)
    assert [name for name, _ in tried] == names


def test_a_mistake_of_ours_is_logged_and_costs_one_event(caplog):
    with caplog.at_level(logging.ERROR):
        tried = delivered([event("bad"), event("good")], [RuntimeError("ours")])
    assert [name for name, _ in tried] == ["bad", "good"]
    assert [record.message for record in caplog.records] == ["event bad was lost"]
