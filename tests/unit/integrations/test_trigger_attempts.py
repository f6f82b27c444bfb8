"""How often a service asks a function that does not answer in time."""

from __future__ import annotations

import asyncio

import pytest

from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.integrations.calling import Ask, Calls
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.integrations.verdict import Sent
from lambada_labs.model import Reply

ARN = "arn:aws:lambda:us-east-1:123456789012:function:slow"


class Slow:
    """A caller whose function is too late so many times, or does not run for another reason."""

    def __init__(self, late, why="timeout"):
        self.late, self.why, self.waited = late, why, []

    async def run(self, errand):
        self.waited.append(errand.timeout_s)
        if len(self.waited) <= self.late:
            raise NotRun(self.why)
        return Reply(payload=b"{}", record=None)


class Plane:
    """As much of a control plane as a call looks at."""

    def clock(self):
        return 0.0


def ask(caller):
    about = integrations()["cognito-pre-sign-up"]
    wanted = Ask(
        function_arn=ARN,
        sent=Sent(event={}, source_arn="arn:aws:cognito-idp:us-east-1:123456789012:userpool/x"),
        principal=about.principal,
        timeout_s=about.timeout_s,
        attempts=about.attempts,
    )
    return asyncio.run(Calls(Plane(), caller).ask(wanted))


def test_cognito_waits_five_seconds_three_times():
    caller = Slow(late=3)
    with pytest.raises(NotRun) as stopped:
        ask(caller)
    assert (stopped.value.why, caller.waited) == ("timeout", [5, 5, 5])


def test_an_answer_at_the_last_attempt_counts():
    caller = Slow(late=2)
    assert (ask(caller).payload, caller.waited) == (b"{}", [5, 5, 5])


def test_what_is_no_matter_of_time_is_asked_once():
    caller = Slow(late=1, why="forbidden")
    with pytest.raises(NotRun):
        ask(caller)
    assert caller.waited == [5]
