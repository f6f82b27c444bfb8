"""Each check of lab 00 on a real local cloud: untouched, the typical mistakes with their hints, right."""

import pytest
from learner import Learner

HELLO = "lab00-hello"
SECOND_LANGUAGE = """
def handler(event, context):
    word = {word}
    return {{"greeting": word + ", " + event["name"] + "!"}}
"""


@pytest.fixture
def learner(cloud, tmp_path):
    return Learner(cloud, "00", tmp_path)


def test_your_name_untouched(learner):
    learner.call(HELLO, {"name": "boto3"})
    learner.call(HELLO, {"name": "..."})
    assert learner.check("your-name").state == "not yet"


@pytest.mark.parametrize(
    ("event", "reason", "words"), [({"Name": "Ada"}, "no-name", "spelling"), ({"name": ""}, "empty", "empty")]
)
def test_your_name_typical_mistakes(learner, event, reason, words):
    learner.call(HELLO, event)
    result = learner.check("your-name")
    assert (result.state, result.reason) == ("failed", reason)
    assert words in learner.hint("your-name")


def test_your_name_right(learner):
    learner.call(HELLO, {"name": "Ada"})
    assert learner.check("your-name").state == "passed"
    assert "Ada" in learner.check("your-name").seen


def test_more_memory_untouched(learner):
    learner.configure(HELLO, MemorySize=128)
    assert learner.check("more-memory").state == "not yet"


def test_more_memory_typical_mistakes(learner):
    learner.configure(HELLO, MemorySize=500)
    assert learner.check("more-memory").reason == "other"
    assert "another number" in learner.hint("more-memory")
    learner.configure(HELLO, MemorySize=512)
    assert learner.check("more-memory").reason == "not-run"
    assert "invoke" in learner.hint("more-memory", grade=2)


def test_more_memory_right(learner):
    learner.configure(HELLO, MemorySize=512)
    learner.call(HELLO, {"name": "Ada"})
    assert learner.check("more-memory").state == "passed"


def test_two_languages_untouched(learner):
    assert learner.check("two-languages").state == "not yet"


@pytest.mark.parametrize(
    ("word", "reason", "words"),
    [
        ('"Hallo" if event["language"] == "de" else "Hello"', "needs-language", "sends no language"),
        ('"Hallo"', "always-german", "everybody"),
        ('"Guten Tag" if event.get("language") == "de" else "Hello"', "no-german", "agreed"),
        ("undefined", "raised", "raises"),
    ],
)
def test_two_languages_typical_mistakes(learner, word, reason, words):
    learner.deploy(HELLO, SECOND_LANGUAGE.format(word=word))
    result = learner.check("two-languages")
    assert (result.state, result.reason) == ("failed", reason)
    assert words in learner.hint("two-languages")


def test_two_languages_right(learner):
    learner.deploy(
        HELLO, SECOND_LANGUAGE.format(word='"Hallo" if event.get("language") == "de" else "Hello"')
    )
    assert learner.check("two-languages").state == "passed"


def test_break_it_untouched(learner):
    learner.call(HELLO, {"name": "Ada"})
    assert learner.check("break-it").state == "not yet"


def test_break_it_typical_mistake(learner):
    learner.call(HELLO, {"name": 42})
    result = learner.check("break-it")
    assert (result.state, result.reason) == ("failed", "still-broken")
    assert "others" in learner.hint("break-it")


def test_break_it_right(learner):
    learner.call(HELLO, {"name": 42})
    learner.call(HELLO, {"name": "after the mistake"})
    assert learner.check("break-it").state == "passed"


def test_what_an_earlier_function_of_the_same_name_did_counts_for_nothing(learner, cloud, tmp_path):
    learner.call(HELLO, {"name": "Ada"})
    assert learner.check("your-name").state == "passed"
    assert Learner(cloud, "00", tmp_path).check("your-name").state == "not yet"
