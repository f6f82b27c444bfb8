"""Facts: complete rows, exact numbers, helpful refusals."""

from decimal import Decimal

import pytest

from lambada_labs import facts
from lambada_labs.errors import FactMissing


def test_every_fact_has_a_source_and_a_date():
    bare = [fact.key for fact in facts.all_facts().values() if not (fact.source and fact.as_of)]
    assert bare == []


def test_limits_are_whole_numbers_with_a_unit():
    assert [
        fact.key for fact in facts.find("limit.") if not (isinstance(fact.value, int) and fact.unit)
    ] == []


def test_no_key_stands_twice():
    rows = [row["key"] for row in facts._rows()]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("limit.memory.min", 128),
        ("limit.memory.max", 10240),
        ("limit.timeout.max", 900),
        ("timeout.default", 3),
        ("limit.environment.bytes", 4 * 1024),
        ("limit.payload.request", 6 * 1024**2),
        ("limit.payload.response", 6 * 1024**2 + 100),
        ("limit.payload.event", 1024**2),
        ("limit.package.zipped", 50 * 1024**2),
        ("limit.package.unzipped", 250 * 1024**2),
        ("limit.layers", 5),
        ("limit.ephemeral.max", 10240),
        ("limit.init_s", 10),
        ("limit.log_tail", 4096),
        ("assumed.idle_expiry_s", 600),
        ("limit.concurrency", 1000),
        ("limit.unreserved_minimum", 100),
    ],
)
def test_limits_that_other_rooms_rely_on(key, expected):
    assert facts.number(key) == expected


def test_prices_are_exact_decimals():
    assert facts.decimal("lambda.duration.x86.tier1") == Decimal("0.0000166667")
    assert facts.decimal("lambda.request.usd_per_million") == Decimal("0.2")


def test_an_unknown_fact_names_its_neighbours():
    with pytest.raises(FactMissing, match=r"limit\.memory\.max"):
        facts.fact("limit.memory.maximum")


def test_a_sentence_is_no_number():
    with pytest.raises(FactMissing, match="a whole number"):
        facts.number("memory.range")
    with pytest.raises(FactMissing, match="a number"):
        facts.decimal("memory.range")


def test_runtimes_tell_their_life():
    python = facts.runtime("python3.12")
    assert (python.status, python.family, python.deprecation) == ("supported", "python", "2028-10-31")
    assert facts.runtime("go1.x").status == "blocked"
    assert facts.runtime("python9.9") is None


def test_every_runtime_of_the_api_model_is_known():
    import botocore.session

    model = botocore.session.get_session().get_service_model("lambda").shape_for("Runtime").enum
    assert set(model) - {"custom"} <= {runtime.identifier for runtime in facts.runtimes()}


def test_the_deck_has_ten_services_and_eight_languages():
    assert len(facts.find("service.")) == 10
    languages = facts.find("language.")
    assert len(languages) == 8
    known = {runtime.identifier for runtime in facts.runtimes()}
    assert all(facts.deck_runtimes(language.key) for language in languages)
    assert {name for language in languages for name in facts.deck_runtimes(language.key)} <= known


def test_a_fact_that_differs_from_the_deck_says_what_the_deck_says():
    assert [fact.key for fact in facts.all_facts().values() if fact.differs and not fact.deck_value] == []


def test_a_value_is_read_with_its_unit_where_that_is_one_word():
    measures = [facts.fact(key).measure for key in ("async.second_wait_s", "async.attempts")]
    assert measures == ["120 s", "3"]


def test_every_row_of_lab_04s_deck_and_today_has_a_name_in_words():
    rows = [each for each in facts.find("async.") if each.deck_value]
    assert [each.name for each in rows] == [
        "How often a failing event is tried",
        "Destinations",
        "Wait before the second try",
        "Wait before the third try",
    ]
