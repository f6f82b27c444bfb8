"""Events on their way, as a local cloud would have recorded them: `T0` is when the first was accepted."""

from lambada_labs.model import EventAttempt, EventDelivery, EventHistory

T0 = 1_790_000_000.0
SPEED = 60.0
QUEUE = "arn:aws:sqs:us-east-1:000000000000:lab04-dead"
TOPIC = "arn:aws:sns:us-east-1:000000000000:lab04-failures"
BUS = "arn:aws:events:us-east-1:000000000000:rule/nightly"
LEARNER = "arn:aws:iam::000000000000:user/learner"
#: What attempts of a handler that fails at once wait for, and when (platform time).
AT_S = (0.0, 60.6, 181.2)
WAITS_S = (0.0, 60.0, 120.0)


def attempt(run, outcome="error", **more):
    """The so manieth attempt (from 0) of an event that failed before; 10 ms long."""
    started = T0 + AT_S[run] / SPEED
    kept = {"reason": "ValueError" if outcome == "error" else "", "environment_id": "e1"} | more
    return EventAttempt(
        started_at=started,
        ended_at=started + 0.01,
        outcome=outcome,
        waited_s=WAITS_S[run],
        age_s=AT_S[run],
        **kept,
    )


def event(name="7f3c9b1e-0001", *attempts, producer=LEARNER, at=0.0, **more):
    """One event with these attempts."""
    return EventHistory(
        request_id=name,
        function_name="lab04-poison",
        function_arn="arn:aws:lambda:us-east-1:000000000000:function:lab04-poison",
        producer=producer,
        accepted_at=T0 + at,
        size=21,
        attempts=tuple(attempts),
        **more,
    )


def told(kind, target=QUEUE, error=""):
    return EventDelivery(kind=kind, target=target, at=T0 + 3.1, error=error)


def well(name="2a10c4d8-0002", *, again=False, at=0.2):
    tries = [attempt(0, "success")] + [attempt(0, "success", duplicate=True)] * again
    return event(name, *tries, at=at, condition="Success", ended_at=T0 + 0.3)


def poison(name="7f3c9b1e-0001", *, deliveries=(), at=0.0):
    """Three failed attempts."""
    tries = [attempt(run) for run in range(3)]
    return event(name, *tries, at=at, condition="RetriesExhausted", ended_at=T0 + 3.1, deliveries=deliveries)


def waiting(name="5be0a77f-0003", *, tries=1, done=0.4):
    """After `tries` failures, with this share of the wait over at `NOW`."""
    wait_s = WAITS_S[tries]
    ends = NOW + (1 - done) * wait_s / SPEED
    return event(name, *map(attempt, range(tries)), at=0.1, next_wait_s=wait_s, next_at=ends)


def refused(name="c3d90e42-0004", times=9):
    """Throttled so often in a row, with AWS's back-off, then well."""
    waits = [0.0] + [2.0**turn for turn in range(times)]
    ages = [sum(waits[: turn + 1]) for turn in range(times + 1)]
    tries = [
        EventAttempt(
            started_at=T0 + age / SPEED,
            ended_at=T0 + age / SPEED,
            outcome="throttled",
            waited_s=wait,
            age_s=age,
            reason="ReservedFunctionConcurrentInvocationLimitExceeded",
        )
        for wait, age in zip(waits[:-1], ages[:-1], strict=True)
    ]
    last = EventAttempt(
        started_at=T0 + 9, ended_at=T0 + 9.1, outcome="success", waited_s=waits[-1], age_s=ages[-1]
    )
    return event(name, *tries, last, at=0.15, condition="Success", ended_at=T0 + 9.2)


def running(name="e81f5526-0005"):
    return event(name, at=0.3, producer=BUS, trying_since=T0 + 0.3)


NOW = T0 + 1.0
BOTH = (told("dead-letter"), told("on-failure", TOPIC))


def several():
    """One of each: given up and told, well, waiting, refused, running, dropped."""
    lost = poison("90aa31cd-0006", deliveries=(told("on-failure", error="AccessDenied"),), at=0.5)
    return [poison(deliveries=BOTH), well(again=True), waiting(), refused(), running(), lost]


def hundreds(count=300):
    """Every tenth fails for good, every seventh waits."""
    made = []
    for number in range(count):
        name = f"{number:08x}-many"
        if number % 10 == 0:
            made.append(poison(name, deliveries=BOTH[:1], at=number / 1000))
        else:
            made.append(waiting(name) if number % 7 == 0 else well(name, at=number / 1000))
    return made
