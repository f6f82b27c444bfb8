"""Schedule expressions: `rate(…)`, `cron(…)` and `at(…)`, and when they come next. Pure.

Sources: Amazon EventBridge user guide, "Setting a schedule pattern for scheduled rules"; EventBridge Scheduler
user guide, "Schedule types"; expressions that a real account took and refused (localstack's snapshots of
`test_events_schedule` and `test_scheduler`). In a time zone with summer time a time that does not exist is
skipped, and one that comes twice runs once.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

FIELDS = 6
FIRST_YEAR, LAST_YEAR = 1970, 2199
WEEK, SATURDAY = 7, 7
ROUNDING = 1e-6
UNITS: Mapping[str, int] = MappingProxyType({"minute": 60, "hour": 3600, "day": 86400})
MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_RATE = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)(s?)\)")
_CRON = re.compile(r"cron\(([^()]*)\)")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_PART = re.compile(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>\d+))?")


class NotASchedule(ValueError):
    """An expression AWS does not take."""


class Times(Protocol):
    """When a schedule comes; all moments are seconds since the epoch."""

    @property
    def repeats(self) -> bool:
        """Whether it comes more than once."""
        ...

    def after(self, moment: float, start: float) -> float | None:
        """The first time after `moment`, for a schedule that began at `start`; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Rate:
    """Every so many seconds, counted from the start."""

    seconds: int
    repeats = True

    def after(self, moment: float, start: float) -> float | None:
        """The next multiple of the period."""
        if moment < start:
            return start
        past = math.floor((moment - start) / self.seconds + ROUNDING)
        return start + (past + 1) * self.seconds


@dataclass(frozen=True, slots=True)
class Once:
    """At one moment."""

    at: float
    repeats = False

    def after(self, moment: float, start: float) -> float | None:  # noqa: ARG002 - as `Times` has it
        """The moment, until it has passed."""
        return self.at if self.at > moment else None


class Span(NamedTuple):
    """The values a field may have, with the names they go by."""

    low: int
    high: int
    names: Mapping[str, int] = MappingProxyType({})


MINUTES, HOURS = Span(0, 59), Span(0, 23)
MONTH_DAYS, MONTH, WEEK_DAYS = Span(1, 31), Span(1, 12, MONTHS), Span(1, 7, DAYS)
YEARS = Span(FIRST_YEAR, LAST_YEAR)
Falls = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Cron:
    """At the minutes that six fields name, in a time zone."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    years: frozenset[int]
    falls: Falls
    zone: ZoneInfo
    repeats = True

    def after(self, moment: float, start: float) -> float | None:  # noqa: ARG002 - as `Times` has it
        """The first such minute."""
        local = datetime.fromtimestamp(moment, self.zone)
        for day in self._days(local.date()):
            for hour in self.hours:
                for minute in self.minutes:
                    at = self._moment(day, hour, minute)
                    if at is not None and at > moment:
                        return at
        return None

    def _days(self, day: date) -> Iterator[date]:
        while day.year <= LAST_YEAR:
            if day.year not in self.years:
                day = date(day.year + 1, 1, 1)
            elif day.month not in self.months:
                day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
            else:
                if self.falls(day):
                    yield day
                day += timedelta(days=1)

    def _moment(self, day: date, hour: int, minute: int) -> float | None:
        """The first time this local minute comes; None where clocks are turned past it."""
        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone)
        at = local.timestamp()
        back = datetime.fromtimestamp(at, self.zone)
        return at if (back.hour, back.minute) == (hour, minute) else None


def rule_times(expression: str) -> Times:
    """The times of a rule's expression, `rate` or `cron` in UTC; raises `NotASchedule`."""
    return _rate(expression) or _cron(expression, ZoneInfo("UTC"))


def scheduler_times(expression: str, zone: str = "UTC") -> Times:
    """The times of a schedule's expression, `at` too, in a time zone; raises `NotASchedule`."""
    where = ZoneInfo(zone)
    once = _AT.fullmatch(expression)
    if once is None:
        return _rate(expression, strict=False) or _cron(expression, where)
    try:
        return Once(datetime.fromisoformat(once[1]).replace(tzinfo=where).timestamp())
    except ValueError:
        raise NotASchedule(expression) from None


def _rate(expression: str, *, strict: bool = True) -> Rate | None:
    """Rules want `1 minute` and `5 minutes`; EventBridge Scheduler takes any mixture."""
    found = _RATE.fullmatch(expression)
    if found is None:
        return None
    number = int(found[1])
    if strict and (number == 1) is bool(found[3]):
        raise NotASchedule(expression)
    return Rate(number * UNITS[found[2]])


def _cron(expression: str, zone: ZoneInfo) -> Cron:
    found = _CRON.fullmatch(expression)
    fields = found[1].split() if found else []
    if len(fields) != FIELDS:
        raise NotASchedule(expression)
    minutes, hours, month_day, month, week_day, year = (field.upper() for field in fields)
    if (month_day == "?") is (week_day == "?"):
        raise NotASchedule(expression)
    try:
        return Cron(
            minutes=tuple(sorted(_values(minutes, MINUTES))),
            hours=tuple(sorted(_values(hours, HOURS))),
            months=frozenset(_values(month, MONTH)),
            years=frozenset(_values(year, YEARS)),
            falls=_week_days(week_day) if month_day == "?" else _month_days(month_day),
            zone=zone,
        )
    except ValueError:
        raise NotASchedule(expression) from None


def _values(field: str, span: Span) -> set[int]:
    """The values a field names; ValueError where it names none."""
    return {value for part in field.split(",") for value in _part(part, span)}


def _part(part: str, span: Span) -> list[int]:
    found = _PART.fullmatch(part)
    if found is None:
        raise ValueError(part)
    step = int(found["step"]) if found["step"] else 1
    if not step:
        raise ValueError(part)
    if found["first"] == "*":
        if found["last"]:
            raise ValueError(part)
        return list(range(span.low, span.high + 1, step))
    first = _value(found["first"], span)
    if not found["last"]:
        return list(range(first, span.high + 1, step)) if found["step"] else [first]
    last = _value(found["last"], span)
    if last >= first:
        return list(range(first, last + 1, step))
    size = span.high - span.low + 1  # FRI-MON goes over the end of the week
    return [span.low + (value - span.low) % size for value in range(first, last + size + 1, step)]


def _value(text: str, span: Span) -> int:
    number = span.names[text] if text in span.names else int(text)
    if not span.low <= number <= span.high:
        raise ValueError(text)
    return number


def _month_days(field: str) -> Falls:
    if field == "L":
        return lambda day: day.day == _length(day)
    if field.endswith("W"):
        wanted = _value(field.removesuffix("W"), MONTH_DAYS)
        return lambda day: day == _nearest_weekday(day, wanted)
    days = _values(field, MONTH_DAYS)
    return lambda day: day.day in days


def _week_days(field: str) -> Falls:
    if field == "L":
        return lambda day: _week_day(day) == SATURDAY
    if field.endswith("L"):
        last = _value(field.removesuffix("L"), WEEK_DAYS)
        return lambda day: _week_day(day) == last and day.day + WEEK > _length(day)
    name, mark, number = field.partition("#")
    if mark:
        which, wanted = _value(number, Span(1, 5)), _value(name, WEEK_DAYS)
        return lambda day: _week_day(day) == wanted and (day.day - 1) // WEEK + 1 == which
    days = _values(field, WEEK_DAYS)
    return lambda day: _week_day(day) in days


def _week_day(day: date) -> int:
    """Sunday is 1."""
    return day.isoweekday() % WEEK + 1


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(day: date, wanted: int) -> date:
    """The weekday of the month that is nearest to a day of it."""
    there = day.replace(day=min(wanted, _length(day)))
    if there.isoweekday() <= WEEK - 2:
        return there
    back, on = (1, 2) if there.isoweekday() == WEEK - 1 else (2, 1)
    if there.isoweekday() == WEEK - 1:
        moved = there - timedelta(days=back)
        return moved if moved.month == day.month else there + timedelta(days=on)
    moved = there + timedelta(days=on)
    return moved if moved.month == day.month else there - timedelta(days=back)
