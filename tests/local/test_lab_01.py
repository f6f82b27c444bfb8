"""Each check of lab 01 on a real local cloud: untouched, the typical mistakes with their hints, right."""

import pytest
from learner import Learner

HELLO = """
def handler(event, context):
    name = event.get("name", "world")
    print(f"greeting {name}")
    return {"greeting": f"Hello, {name}!"}
"""
WALLS = """
import time

def handler(event, context):
    time.sleep(event.get("seconds", 0))
    return len(b"x" * (event.get("megabytes", 0) << 20))
"""
SERVICE = """
def handler(event, context):
    name = event.get("name")
    {validation}
    return {{"status": 200, "greeting": f"Hello, {{name}}!"}}
"""
GOOD_VALIDATION = """if not isinstance(name, str) or not name.strip():
        return {"status": 400, "error": "send a name, as text"}"""


@pytest.fixture
def learner(cloud, tmp_path):
    return Learner(cloud, "01", tmp_path)


def test_first_call_untouched(learner):
    assert learner.check("first-call").state == "not yet"
    learner.create("lab01-hello", HELLO)
    learner.call("lab01-hello", {"name": "..."})
    assert learner.check("first-call").state == "not yet"


def test_first_call_typical_mistakes(learner):
    learner.create("lab01-hello", HELLO)
    learner.call("lab01-hello", ["Ada"])
    assert learner.check("first-call").reason == "raised"
    assert "dictionary" in learner.hint("first-call")
    learner.call("lab01-hello", {"Name": "Ada"})
    assert learner.check("first-call").reason == "no-name"
    assert "small letters" in learner.hint("first-call", grade=2)


def test_first_call_right(learner):
    learner.create("lab01-hello", HELLO)
    learner.call("lab01-hello", {"name": "Ada"})
    assert learner.check("first-call").state == "passed"


def test_ten_gigabytes_untouched(learner):
    learner.create("lab01-hello", HELLO)
    assert learner.check("ten-gigabytes").state == "not yet"


@pytest.mark.parametrize(
    ("memory", "reason", "words"), [(10_000, "thousand", "1,000"), (1_024, "less", "more to have")]
)
def test_ten_gigabytes_typical_mistakes(learner, memory, reason, words):
    learner.create("lab01-hello", HELLO, MemorySize=memory)
    assert learner.check("ten-gigabytes").reason == reason
    assert words in learner.hint("ten-gigabytes")


def test_ten_gigabytes_right(learner):
    learner.create("lab01-hello", HELLO, MemorySize=10_240)
    assert learner.check("ten-gigabytes").state == "passed"


def test_wrong_handler_untouched(learner):
    learner.create("lab01-wrong-handler", HELLO)
    learner.configure("lab01-wrong-handler", Handler="hello.main")
    learner.call("lab01-wrong-handler", {})
    assert learner.check("wrong-handler").state == "not yet"


@pytest.mark.parametrize(
    ("handler", "reason", "words"),
    [
        ("handler", "malformed", "dot"),
        ("handler.hello", "wrong-file", "Which file"),
        ("hello.Handler", "wrong-function", "the function in it was not"),
        ("hello.handler", "not-called", "proves nothing"),
    ],
)
def test_wrong_handler_typical_mistakes(learner, handler, reason, words):
    learner.create("lab01-wrong-handler", HELLO)
    learner.configure("lab01-wrong-handler", Handler=handler)
    assert learner.check("wrong-handler").reason == reason
    assert words in learner.hint("wrong-handler")


def test_wrong_handler_right(learner):
    learner.create("lab01-wrong-handler", HELLO)
    learner.call("lab01-wrong-handler", {"name": "the log"})
    assert learner.check("wrong-handler").state == "passed"


def test_break_it_untouched(learner):
    learner.create("lab01-sleeper", WALLS, handler="walls.handler")
    learner.call("lab01-sleeper", {})
    assert learner.check("break-it").state == "not yet"


def test_break_it_typical_mistakes(learner):
    learner.create("lab01-sleeper", WALLS, handler="walls.handler", Timeout=1)
    learner.create("lab01-greedy", WALLS, handler="walls.handler")
    learner.call("lab01-sleeper", {"seconds": 3})
    learner.call("lab01-greedy", {"megabytes": 5})
    assert learner.check("break-it").reason == "memory"
    assert "128 MB" in learner.hint("break-it")


def test_break_it_right(learner):
    learner.create("lab01-sleeper", WALLS, handler="walls.handler", Timeout=1)
    learner.create("lab01-greedy", WALLS, handler="walls.handler")
    learner.call("lab01-greedy", {"megabytes": 500})
    assert learner.check("break-it").reason == "time"
    learner.call("lab01-sleeper", {"seconds": 3})
    assert learner.check("break-it").state == "passed"


def test_greeting_service_untouched(learner):
    assert learner.check("greeting-service").state == "not yet"
    learner.create("lab01-greetings", SERVICE.format(validation="pass"), handler="greetings.handler")
    assert learner.check("greeting-service").state == "not yet"


@pytest.mark.parametrize(
    ("validation", "reason", "words"),
    [
        ("name = event['name'].strip()", "raised", "traceback"),
        ("if not name:\n        return {'status': 400, 'error': 'send a name'}", "half", "three"),
        (GOOD_VALIDATION.replace("send a name, as text", "bad request"), "mute", "does not learn"),
        ("return {'status': 400, 'error': 'send a name'}", "good-refused", "refuse too much"),
    ],
)
def test_greeting_service_typical_mistakes(learner, validation, reason, words):
    learner.create("lab01-greetings", SERVICE.format(validation=validation), handler="greetings.handler")
    assert learner.check("greeting-service").reason == reason
    assert words in learner.hint("greeting-service")


def test_greeting_service_right(learner):
    learner.create("lab01-greetings", SERVICE.format(validation=GOOD_VALIDATION), handler="greetings.handler")
    assert learner.check("greeting-service").state == "passed"
