"""Each check of lab 02 on a real local cloud: untouched, the typical mistakes with their hints, right."""

from dataclasses import replace
from decimal import Decimal

import pytest
from learner import Learner

from lambada_labs.labs import Evidence, slips
from lambada_labs.labs.catalogue import lab_02_checks

FIBONACCI = """
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

def handler(event, context):
    return fibonacci(event["n"])
"""
ORDER = """
import time

def handler(event, context):
    if event["seconds"] < 0:
        raise ValueError("time runs forward")
    time.sleep(event["seconds"])
    return "paid"
"""
SHOP = """
import time
from concurrent.futures import ThreadPoolExecutor

SERVICES = ("stock", "price", "rating")

def ask(service):
    time.sleep(0.15)
    return {"stock": 7, "price": 12, "rating": 4}[service]

def catalogue():
    time.sleep(0.2)
    return {"tea": "Assam", "mug": "Blue mug"}
"""
UNTOUCHED = """
def handler(event, context):
    names = catalogue()
    answers = {service: ask(service) for service in SERVICES}
    return {"title": names[event["item"]], **answers}
"""
SIDE_BY_SIDE = UNTOUCHED.replace(
    "{service: ask(service) for service in SERVICES}",
    "dict(zip(SERVICES, ThreadPoolExecutor(3).map(ask, SERVICES)))",
)
KEPT = SIDE_BY_SIDE.replace("    names = catalogue()\n", "").replace("names[", "NAMES[")
KEPT = f"NAMES = catalogue()\n{KEPT}"
RIGHT = {slip.id: slip.wrong for slip in slips.slips()}


@pytest.fixture
def learner(cloud, tmp_path):
    return Learner(cloud, "02", tmp_path)


def judged(learner, task, answer):
    """What a check says to a value that was handed to it, and the hint that follows."""
    asked = learner.lab.task(task)
    result = asked.check(replace(Evidence(learner.cloud), answer=answer))
    return result, asked.hint(result)


@pytest.mark.parametrize("answer", [None, ...])
def test_dollar_untouched(learner, answer):
    assert judged(learner, "dollar", answer)[0].state == "not yet"


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        (600_000, "deck", "the deck's number"),
        (Decimal("0.0000166667"), "upside-down", "Turn the division round"),
        (1 / 0.0000133334, "arm", "arm64"),
        ("sixty thousand", "no-number", "the number itself"),
        (float("nan"), "no-number", "the number itself"),
        (6, "other", "1 / price"),
    ],
)
def test_dollar_typical_mistakes(learner, answer, reason, words):
    result, hint = judged(learner, "dollar", answer)
    assert (result.state, result.reason) == ("failed", reason)
    assert words in hint.first + hint.second


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (600_000, "600,000 GB-seconds for $1"),
        (6_000, "6,000 GB-seconds for $1"),
        (Decimal("0.50"), "0.5 GB-seconds for $1"),
    ],
)
def test_a_wrong_dollar_is_shown_with_all_its_digits(learner, answer, seen):
    assert judged(learner, "dollar", answer)[0].seen == seen


@pytest.mark.parametrize("answer", [60_000, 1 / 0.0000166667, 1 / Decimal("0.0000166667"), "60000"])
def test_dollar_right(learner, answer):
    assert judged(learner, "dollar", answer)[0].state == "passed"


def test_right_size_untouched(learner):
    assert learner.check("right-size").state == "not yet"
    learner.create("lab02-fibonacci", FIBONACCI)
    learner.call("lab02-fibonacci", {"n": 5})
    assert learner.check("right-size").state == "not yet"


@pytest.mark.parametrize(
    ("memory", "reason", "words"),
    [
        (512, "short", "the processor is not whole"),
        (1024, "short", "the processor is not whole"),
        (3008, "past-knee", "cannot use a second vCPU"),
        (1769, "not-run", "Only a call proves"),
    ],
)
def test_right_size_typical_mistakes(learner, memory, reason, words):
    learner.create("lab02-fibonacci", FIBONACCI, MemorySize=memory)
    assert learner.check("right-size").reason == reason
    assert words in learner.hint("right-size")


@pytest.mark.parametrize("memory", [1536, 1769, 1792])
def test_right_size_several_answers_pass(learner, memory):
    learner.create("lab02-fibonacci", FIBONACCI, MemorySize=memory)
    learner.call("lab02-fibonacci", {"n": 5})
    result = learner.check("right-size")
    assert result.state == "passed"
    assert "for the price of 128 MB" in result.seen


def test_paid_in_full_untouched(learner):
    assert learner.check("paid-in-full").state == "not yet"
    learner.create("lab02-order", ORDER)
    learner.call("lab02-order", {"seconds": 0.05})
    assert learner.check("paid-in-full").state == "not yet"


@pytest.mark.parametrize(
    ("seconds", "reason", "words"),
    [(-1, "cheap", "next to nothing"), (2, "slow", "you got something for it")],
)
def test_paid_in_full_typical_mistakes(learner, seconds, reason, words):
    learner.create("lab02-order", ORDER, Timeout=20)
    learner.call("lab02-order", {"seconds": 0.05})
    learner.call("lab02-order", {"seconds": 0.05})
    learner.call("lab02-order", {"seconds": seconds})
    assert learner.check("paid-in-full").reason == reason
    assert words in learner.hint("paid-in-full")


def test_paid_in_full_right(learner):
    learner.create("lab02-order", ORDER)
    learner.call("lab02-order", {"seconds": 0.05})
    learner.call("lab02-order", {"seconds": 0.05})
    learner.call("lab02-order", {"seconds": 10})
    result = learner.check("paid-in-full")
    assert result.state == "passed"
    assert result.seen.startswith("3 s paid for nothing")


def test_under_budget_untouched(learner):
    assert learner.check("under-budget").state == "not yet"
    learner.create("lab02-shop", SHOP + UNTOUCHED, MemorySize=1024)
    result = learner.check("under-budget")
    assert result.state == "not yet"
    assert "a month" in result.seen


@pytest.mark.parametrize(
    ("code", "memory", "reason", "words"),
    [
        (UNTOUCHED, 128, "slow", "does not wait shorter"),
        (KEPT, 1024, "dear", "how much of it does REPORT say"),
        (UNTOUCHED.replace("**answers", "**{}"), 1024, "changed", "must not notice"),
        (UNTOUCHED.replace("names[event", "nmaes[event"), 1024, "raised", "shows its error message"),
        ("def ask(service):\n    return 7\n" + UNTOUCHED, 1024, "changed", "must not notice"),
        (KEPT.replace("ThreadPool", "Pool"), 1024, "raised", "shows its error message"),
    ],
)
def test_under_budget_typical_mistakes(learner, code, memory, reason, words):
    learner.create("lab02-shop", SHOP + code, MemorySize=memory)
    assert learner.check("under-budget").reason == reason
    assert words in learner.hint("under-budget")


def test_under_budget_sees_services_that_were_sped_up(learner):
    learner.create("lab02-shop", SHOP.replace("sleep(0.15)", "sleep(0.01)") + KEPT, MemorySize=256)
    assert learner.check("under-budget").reason == "too-fast"
    assert "lose its sleep" in learner.hint("under-budget")


@pytest.mark.parametrize(("code", "memory"), [(SIDE_BY_SIDE, 128), (KEPT, 256), (KEPT, 320)])
def test_under_budget_several_answers_pass(learner, code, memory):
    learner.create("lab02-shop", SHOP + code, MemorySize=memory)
    result = learner.check("under-budget")
    assert result.state == "passed", result


@pytest.mark.parametrize("answer", [None, {}, "all of them"])
def test_slips_untouched(learner, answer):
    assert judged(learner, "slips", answer)[0].state == "not yet"


def test_slips_typical_mistakes(learner):
    result, hint = judged(learner, "slips", {"increment": 3, "edge-price": 3, "average": 1})
    assert result.seen == "1 found, 2 picked a step that is right"
    assert result.next_step == "Look at number 1 again"
    assert "billed for" in hint.first
    result, hint = judged(learner, "slips", {"increment": 0, "edge-price": 2, "average": 1})
    assert result.next_step == "Look at number 3 again"
    assert hint.second == "It is the line that computes `duration`."


@pytest.mark.parametrize("count", [lab_02_checks.FEWEST_SLIPS, len(RIGHT)])
def test_slips_right(learner, count):
    answer = dict(list(RIGHT.items())[-count:])
    assert judged(learner, "slips", answer)[0].state == "passed"
