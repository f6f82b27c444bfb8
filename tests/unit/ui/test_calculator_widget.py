"""The calculator in the kernel: what it is asked, what it answers, and that nothing kills it."""

import json
from decimal import Decimal

import pytest

from lambada_labs import pricing, ui
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, scenario_from_json
from lambada_labs.pricing.flat import flat
from lambada_labs.pricing.inputs import RESULTS, read_scenarios
from lambada_labs.pricing.parts import Logs
from lambada_labs.ui import estimate

ASKED = {"memory_mb": "1536", "duration_ms": "120", "requests": "10000000", "architecture": "x86_64"}


def asked(calculator, a, b=None, **more):
    seq = calculator.answer["seq"] + 1
    calculator.asked = {"seq": seq, "a": a, **({"b": b} if b else {}), **more}
    return calculator.answer


def totals(answer, side="a"):
    return [book["total"] for book in answer[side]["shown"]["books"]]


def test_it_prices_what_the_browser_asks():
    calculator = ui.calculator()
    answer = asked(calculator, ASKED)
    assert (answer["seq"], answer["problem"]) == (1, "")
    assert totals(answer) == ["$25.13", "$4.13"]
    assert calculator.workload.requests == 10_000_000
    assert [str(bill.cents) for bill in calculator.priced] == ["25.13", "4.13"]


def test_it_takes_a_scenario_and_shows_it():
    scenario = Scenario(
        workload=Workload(memory_mb=512, duration_ms=45, requests=1_000_000, architecture="arm64"),
        region="eu-west-1",
        parts=(Logs(kb_per_request=2),),
    )
    calculator = ui.calculator(scenario=scenario)
    assert calculator.scenario == scenario
    assert calculator.answer["a"]["link"] == {
        "memory_mb": "512",
        "duration_ms": "45",
        "requests": "1000000",
        "architecture": "arm64",
        "region": "eu-west-1",
        "logs.kb_per_request": "2",
    }
    assert "in eu-west-1, with CloudWatch Logs" in str(calculator)


def test_a_new_scenario_reaches_the_browser():
    calculator = ui.calculator()
    turn = calculator.answer["turn"]
    calculator.workload = Workload(memory_mb=128, duration_ms=10, requests=5)
    assert calculator.answer["turn"] == turn + 1
    assert calculator.answer["a"]["state"]["memory_mb"] == "128"


def test_it_refuses_what_lambda_would_in_a_sentence_and_lives_on():
    calculator = ui.calculator()
    answer = asked(calculator, {**ASKED, "memory_mb": "64", "nonsense": "1"})
    assert "`memory_mb=64` (expected whole MB from 128 to 10240) and 1 more thing" in answer["problem"]
    assert calculator.workload.memory_mb == 1536
    assert calculator.workload.requests == 10_000_000
    with pytest.raises(BadInput):
        ui.calculator(memory_mb=64)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("requests", "1e999999999"),
        ("requests", "nan"),
        ("requests", "-1"),
        ("requests", "9" * 500),
        ("duration_ms", "0"),
        ("architecture", "riscv"),
        ("region", "mars-north-1"),
        ("spread", ""),
        ("free_tier", "perhaps"),
        ("logs.kb_per_request", "-2"),
        ("logs.colour", "red"),
        ("ghost", "on"),
        ("ghost.size", "1"),
        ("parts", "logs"),
    ],
)
def test_a_damaged_link_says_which_key_and_keeps_the_rest(key, value):
    calculator = ui.calculator()
    answer = asked(calculator, {"memory_mb": "256", "duration_ms": "10", key: value, "cold_share": "0.5"})
    assert f"`{key}=" in answer["problem"]
    assert answer["problem"].endswith("The rest stands as it was given.")
    assert (calculator.workload.memory_mb, calculator.workload.cold_share) == (256, Decimal("0.5"))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("ghost", "a part's name such as logs"),
        ("ghost.size", "a part's name such as logs"),
        ("memory", "memory_mb"),
        ("log", "logs"),
        ("logs.kb", "an option of logs"),
        ("logs.kb_per_requests", "kb_per_request"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest_few(key, expected):
    problem = asked(ui.calculator(), {key: "on"})["problem"]
    assert f"`{key}=on` (expected " in problem
    assert expected in problem
    assert len(problem) < 150


def test_the_footer_names_the_region_that_was_asked():
    answer = asked(ui.calculator(), {**ASKED, "region": "eu-west-1"}, {**ASKED, "region": "us-west-2"})
    assert "AWS list price: eu-west-1" in answer["a"]["origins"]
    assert "AWS list price: us-west-2" in answer["b"]["origins"]


def test_pieces_that_are_no_key_and_value_are_named():
    answer = asked(ui.calculator(), {}, unread=["`%E0%A4%A`"])
    assert answer["problem"].startswith("Not everything could be read: `%E0%A4%A`.")


def test_two_scenarios_are_answered_together():
    calculator = ui.calculator()
    answer = asked(calculator, ASKED, {**ASKED, "architecture": "arm64"})
    assert (totals(answer, "a")[0], totals(answer, "b")[0]) == ("$25.13", "$20.47")
    assert calculator.other.workload.architecture == "arm64"
    assert "b" not in asked(calculator, ASKED)
    assert calculator.other is None


def test_an_example_takes_the_place_of_the_scenario_that_is_edited():
    calculator = ui.calculator()
    asked(calculator, ASKED, ASKED, preset="cron", side="b")
    assert calculator.scenario.workload.requests == 10_000_000
    assert calculator.other == next(each.scenario for each in estimate.presets() if each.key == "cron")


def test_an_unknown_example_is_a_sentence():
    calculator = ui.calculator()
    assert "No example is called 'ghost'" in asked(calculator, ASKED, preset="ghost")["problem"]


def test_any_exception_is_a_card_and_the_next_question_is_answered():
    calculator = ui.calculator()
    answer = asked(calculator, ASKED, unread=5)  # not a list: a fault nobody foresaw
    assert "TypeError while pricing this" in answer["error"]
    assert "reload the page" in answer["error"]
    assert totals(answer) == ["$2.73", "$0.63"]
    assert totals(asked(calculator, ASKED)) == ["$25.13", "$4.13"]
    assert "error" not in calculator.answer


def test_a_price_that_a_region_lacks_makes_the_total_incomplete():
    answer = asked(ui.calculator(), {**ASKED, "region": "cn-north-1", "architecture": "arm64"})["a"]
    assert answer["gaps"] == "Incomplete: duration arm64 has no price in cn-north-1."
    assert answer["shown"]["books"][0]["missing"] == ["duration arm64"]
    assert "incomplete" in answer["words"].splitlines()[0]


def test_an_old_price_is_called_stale():
    side = asked(ui.calculator(), {**ASKED, "region": "cn-north-1"})["a"]
    assert side["books"][0]["prices"]["requests"]["stale"] is True
    assert side["aged"].startswith("Stale: ")
    assert "the oldest 2024-12-31" in side["aged"]


def files(calculator, message):
    """What the widget would hand to the browser."""
    sent = []
    calculator.send = sent.append
    calculator._handle_custom_msg(message, [])
    return sent


def test_the_exported_json_is_what_the_command_replays():
    calculator = ui.calculator(duration_ms=120.5)
    (sent,) = files(calculator, {"export": "json", "side": "a"})
    assert (sent["file"], sent["kind"]) == ("lambda-cost.json", "application/json")
    found = json.loads(sent["text"])
    assert found == pricing.price_json(calculator.scenario)
    assert scenario_from_json(found).workload.duration_ms == Decimal("120.5")


def test_the_exported_table_has_a_row_for_each_line_of_each_bill():
    calculator = ui.calculator()
    (sent,) = files(calculator, {"export": "csv"})
    head, *rows = sent["text"].splitlines()
    inputs = ["name", "memory_mb", "duration_ms", "requests", "architecture", "region"]
    assert head.split(",") == [*inputs, *RESULTS]
    assert len(rows) == sum(len(bill.lines) for bill in calculator.priced)
    assert rows[0] == (
        "a,1536,120,3000000,x86_64,us-east-1,aws,2026-09-19,requests,3000000,requests,0.0000002,0.6,USD,"
    )


def test_a_link_round_trips_every_example():
    for each in estimate.presets():
        again = estimate.read(flat(each.scenario), estimate.start())
        assert (again.scenario, again.ranges, again.refused) == (each.scenario, {}, ())


def test_the_browser_is_told_which_figures_it_can_price_itself():
    plan = estimate.as_plan(
        Scenario(workload=Workload(memory_mb=128, duration_ms=1, requests=1), parts=(Logs(),))
    )
    assert set(plan["exact"].values()) == {True}
    assert [item["name"] for item in plan["items"]] == ["logs ingested", "logs kept"]


def test_the_table_it_hands_over_can_be_priced_again():
    scenarios = {each.key: each.scenario for each in estimate.presets()}
    found = read_scenarios(estimate.as_csv(scenarios))
    assert {named.name: named.scenario for named in found} == scenarios
