"""Schedule expressions: what is taken, what is refused, when it comes next."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.cloud.local.producers.schedule_times import NotASchedule, rule_times, scheduler_times


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def shown(at):
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


NOW = "2026-11-25T10:07:30"  # a Wednesday


@pytest.mark.parametrize(
    ("expression", "then"),
    [
        ("cron(0 10 * * ? *)", "2026-11-26T10:00:00"),
        ("cron(15 12 * * ? *)", "2026-11-25T12:15:00"),
        ("cron(0/15 * * * ? *)", "2026-11-25T10:15:00"),
        ("cron(5,35 14 * * ? *)", "2026-11-25T14:05:00"),
        ("cron(0 18 ? * MON-FRI *)", "2026-11-25T18:00:00"),
        ("cron(0 2 ? * SAT *)", "2026-11-28T02:00:00"),
        ("cron(0 2 ? * 7 *)", "2026-11-28T02:00:00"),
        ("cron(0 2 ? * SAT#3 *)", "2026-12-19T02:00:00"),
        ("cron(0 8 1 * ? *)", "2026-12-01T08:00:00"),
        ("cron(0 8 L * ? *)", "2026-11-30T08:00:00"),
        ("cron(0 8 15W * ? *)", "2026-12-15T08:00:00"),
        ("cron(0 8 1W 8 ? *)", "2027-08-02T08:00:00"),
        ("cron(15 10 ? * 6L *)", "2026-11-27T10:15:00"),
        ("cron(0 0 29 2 ? *)", "2028-02-29T00:00:00"),
        ("cron(0-59/10 0-23/2 ? * * *)", "2026-11-25T10:10:00"),
        ("cron(0 9 ? JAN,MAR FRI-MON *)", "2027-01-01T09:00:00"),
        ("cron(0/5 5 ? JAN 1-5 2022)", None),
        ("cron(0 0 31 6 ? *)", None),
    ],
)
def test_when_a_cron_comes_next(expression, then):
    assert shown(rule_times(expression).after(moment(NOW), 0)) == then


@pytest.mark.parametrize(
    "expression",
    [
        "cron(INVALID)",
        "cron()",
        "cron(0 dummy ? * MON-FRI *)",
        "cron(71 8 1 * ? *)",
        "cron(7 20 * * NOT *)",
        "cron(0 1 * * * *)",
        "cron(0 1 ? * ? *)",
        "cron(0 10 * * ?)",
        "cron(0 10 * * ? * *)",
        "cron(0/0 10 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 1 32 * ? *)",
        "cron(0 1 0 * ? *)",
        "cron(0 1 ? * 8 *)",
        "cron(0 1 ? * MON#6 *)",
        "cron(0 1 * * ? 1969)",
        "rate(1 minutes)",
        "rate(5 minute)",
        "rate(0 minutes)",
        "rate(-1 minutes)",
        "rate(10 seconds)",
        "rate(10 years)",
        "rate(10)",
        "rate(5 minutes",
        "at(2026-11-25T10:00:00)",
        "",
        "every day",
    ],
)
def test_what_a_rule_does_not_take(expression):
    with pytest.raises(NotASchedule):
        rule_times(expression)


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(1 hour)", 3600), ("rate(2 days)", 172800)],
)
def test_rates(expression, seconds):
    times = rule_times(expression)
    assert times.after(100.0, 100.0) == 100 + seconds
    assert times.after(50.0, 100.0) == 100
    assert times.after(100.0 + 2 * seconds, 100.0) == 100 + 3 * seconds


@given(st.floats(1e9, 2e9), st.integers(1, 10_000))
def test_a_rate_goes_on_for_ever_forward(start, count):
    times, at = rule_times("rate(7 minutes)"), start
    for _ in range(min(count, 50)):
        following = times.after(at, start)
        assert following == pytest.approx(at + 420, abs=1e-3)
        at = following


@given(
    st.sampled_from(
        ["cron(*/7 * * * ? *)", "cron(13 4 ? * TUE *)", "cron(0 12 L * ? *)", "cron(0 0 31 * ? *)"]
    ),
    st.floats(0, 4e9),
)
def test_a_cron_comes_after_and_no_earlier_time_is_left_out(expression, now):
    times = rule_times(expression)
    at = times.after(now, 0)
    assert at > now
    assert times.after(at - 1, 0) == at


def test_one_time():
    times = scheduler_times("at(2026-11-25T12:00:00)", "Europe/Zurich")
    assert (shown(times.after(moment(NOW), 0)), times.repeats) == ("2026-11-25T11:00:00", False)
    assert times.after(moment("2026-11-25T11:00:00"), 0) is None
    for wrong in ("at(2026-13-25T12:00:00)", "at(tomorrow)", "at(2026-11-25)"):
        with pytest.raises(NotASchedule):
            scheduler_times(wrong)


def test_summer_time():
    """Clocks in Zurich go from 2 to 3 on 2026-03-29 and from 3 to 2 on 2026-10-25."""
    spring = scheduler_times("cron(30 2 * * ? *)", "Europe/Zurich")
    assert shown(spring.after(moment("2026-03-28T12:00:00"), 0)) == "2026-03-30T00:30:00"
    first = spring.after(moment("2026-10-24T12:00:00"), 0)
    assert shown(first) == "2026-10-25T00:30:00"
    assert shown(spring.after(first, 0)) == "2026-10-26T01:30:00"
