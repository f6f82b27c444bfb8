"""The calculator's ranges in the kernel: read, priced, kept in link and export, and refused in one sentence."""

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from node import run

from lambada_labs import pricing, ui
from lambada_labs.errors import BadInput
from lambada_labs.pricing import price_book
from lambada_labs.pricing.inputs import read_scenarios
from lambada_labs.pricing.uncertainty import Range, uncertainty
from lambada_labs.ui import estimate
from lambada_labs.ui.estimate import figures
from lambada_labs.ui.estimate.ranges import RANGED, as_text, likely, middle, read_range

FORM = ["preview.js", "calculator_range.js", "calculator_form.js"]
RANGED_STATE = {"memory_mb": "1536", "duration_ms": "80..180", "requests": "2000000..4500000"}
SPAN = Range(low=Decimal(80), high=Decimal(180))


def asked(calculator, a, **more):
    calculator.asked = {"seq": calculator.answer["seq"] + 1, "a": a, **more}
    return calculator.answer


def sent(calculator, message):
    found = []
    calculator.send = found.append
    calculator._handle_custom_msg(message, [])
    return found[0]


def test_the_headline_is_the_middle_and_the_range_stands_beside_it():
    calculator = ui.calculator()
    side = asked(calculator, RANGED_STATE)["a"]
    assert side["state"]["duration_ms"] == "120"
    assert side["ranges"] == {"duration_ms": ("80", "180"), "requests": ("2000000", "4500000")}
    assert side["link"]["duration_ms"] == "80..180"
    assert side["shown"]["books"][0]["total"] == "$2.73"
    found = uncertainty(calculator.scenario, calculator.ranges, price_book("aws", region="us-east-1"))
    assert (side["likely"]["low"], side["likely"]["high"]) == (str(found.p10), str(found.p90))
    assert "Eight months in ten cost between" in side["words"]


def test_a_number_again_is_no_range():
    calculator = ui.calculator()
    asked(calculator, RANGED_STATE)
    side = asked(calculator, {"duration_ms": "120"})["a"]
    assert (side["ranges"], side["likely"], calculator.ranges) == ({}, {}, {})


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("duration_ms", "240..80", "the low end first"),
        ("duration_ms", "0..80", "above 0"),
        ("memory_mb", "64..128", "128 to 10240"),
        ("duration_ms", "..", "a number"),
        ("duration_ms", "80..90..100", "a number"),
        ("duration_ms", "80..nan", "a number"),
        ("requests", "1..1e9", "plain digits"),
        ("requests", "1.5..3", "a whole number"),
        ("retry_share", "0..1", "ranges are for memory_mb"),
        ("region", "a..b", "ranges are for memory_mb"),
        ("ghost", "1..2", "one value"),
    ],
)
def test_a_bad_range_is_one_sentence_and_the_rest_stands(key, value, expected):
    calculator = ui.calculator()
    answer = asked(calculator, {"memory_mb": "256", key: value})
    assert answer["problem"].startswith(f"Not everything could be read: `{key}={value}`")
    assert expected in answer["problem"]
    assert calculator.ranges == {}
    assert "error" not in answer


@pytest.mark.parametrize("name", RANGED)
def test_a_range_round_trips_as_text(name):
    span = read_range(estimate.start(), name, "0.5..0.5" if name == "cold_share" else "200..300")
    assert read_range(estimate.start(), name, as_text(span)) == span


def test_the_export_holds_the_ranges_beside_the_inputs_and_is_replayed():
    calculator = ui.calculator()
    asked(calculator, RANGED_STATE)
    text = sent(calculator, {"export": "json", "side": "a"})["text"]
    found = json.loads(text)
    assert found.pop("ranges") == {"duration_ms": ["80", "180"], "requests": ["2000000", "4500000"]}
    assert found == pricing.price_json(calculator.scenario)
    (again,) = read_scenarios(text)
    assert again.scenario == calculator.scenario


def test_the_command_replays_an_export_with_ranges(tmp_path):
    calculator = ui.calculator()
    asked(calculator, RANGED_STATE)
    path = tmp_path / "cost.json"
    path.write_text(sent(calculator, {"export": "json", "side": "a"})["text"], encoding="utf-8")
    command = [sys.executable, "-m", "lambada_labs.cli", "price", "--input", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (
        json.loads(done.stdout)["books"]["aws"]["total"]
        == pricing.price_json(calculator.scenario)["books"]["aws"]["total"]
    )


def test_what_a_region_cannot_price_is_left_out_and_said():
    given = {"region": "cn-north-1", "duration_ms": "80..180", "logs": "on", "sns": "on"}
    side = asked(ui.calculator(), given)["a"]
    left = "The range leaves out SNS messages, logs ingested, logs kept: no price in cn-north-1."
    assert side["likely"]["why"] == left
    bare = likely(estimate.read({"region": "cn-north-1"}, estimate.start()).scenario, {"duration_ms": SPAN})
    assert (side["likely"]["low"], bare.missing) == (str(bare.found.p10), ())
    assert left in side["words"]


def test_a_function_without_a_price_has_no_range_and_says_why():
    given = {"region": "cn-north-1", "architecture": "arm64", "duration_ms": "80..180"}
    calculator = ui.calculator()
    side = asked(calculator, given)["a"]
    assert side["likely"] == {
        "why": "No range of the total: AWS list price has no price 'duration.arm64' in cn-north-1."
    }
    drawn = sent(calculator, {"figure": "uncertainty", "id": 1, "side": "a"})
    assert "has no price" in drawn["body"]


def look(**more):
    return figures.Look(scenario=estimate.start(), today=date(2026, 11, 25), **more)


def test_the_picture_has_both_halves_and_the_budget():
    body = figures.drawn("uncertainty", look(ranges={"duration_ms": SPAN}, budget="5"))["body"]
    assert "of the months stay within $5.00" in body
    assert "Against Fargate (1 vCPU / 2 GB) at $52.73 a month" in body


@pytest.mark.parametrize("budget", ["much", "-1", "nan", "1e99"])
def test_a_budget_that_is_no_amount_is_refused(budget):
    with pytest.raises(BadInput, match="A budget of"):
        figures.drawn("uncertainty", look(ranges={"duration_ms": SPAN}, budget=budget))


def test_without_a_range_the_picture_says_what_to_press():
    with pytest.raises(BadInput, match="range"):
        figures.drawn("uncertainty", look())


def test_a_day_is_one_of_the_shipped_shapes():
    office = figures.drawn("day_plan", look(shape="office"))["body"]
    assert office != figures.drawn("day_plan", look(shape="spike"))["body"]
    with pytest.raises(BadInput, match="No day is called 'ghost'"):
        figures.drawn("day_plan", look(shape="ghost"))


def test_a_day_that_was_drawn_is_planned_and_brings_no_bars():
    hours = [0] * 12 + [50] * 12
    drawn = figures.drawn("day_plan", look(shape=hours))
    assert "bars" not in drawn
    assert drawn["body"] != figures.drawn("day_plan", look(shape=hours[::-1]))["body"]
    shipped = figures.drawn("day_plan", look(shape="flat"))
    assert (shipped["day"], shipped["bars"].count('aria-valuenow="100"')) == ("flat", 24)
    with pytest.raises(BadInput):
        figures.drawn("day_plan", look(shape=[0] * 24))


def test_every_picture_can_be_drawn_from_every_example():
    for preset in estimate.presets():
        for each in figures.FIGURES:
            ranges = {"requests": Range(low=Decimal(10), high=Decimal(10**6))}
            at = figures.Look(scenario=preset.scenario, today=date(2026, 11, 25), ranges=ranges)
            assert figures.drawn(each.key, at)["body"].startswith("<section")


def test_numpy_comes_with_the_first_range_and_not_before():
    code = """import sys
from lambada_labs import ui
calculator = ui.calculator()
calculator.asked = {'seq': 1, 'a': {'memory_mb': '256'}, 'wish': {'figure': 'heat_map', 'id': 1}}
before = 'numpy' in sys.modules
calculator.asked = {'seq': 2, 'a': {'memory_mb': '128..256'}}
print(before, 'numpy' in sys.modules)"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("duration_ms", "80", "180"),
        ("duration_ms", "80", "240"),
        ("requests", "0", "1000000"),
        ("memory_mb", "128", "10240"),
        ("cold_share", "0", "0.02"),
        ("init_ms", "100", "400"),
    ],
)
def test_the_browsers_middle_is_the_kernels(name, low, high):
    span = Range(low=Decimal(low), high=Decimal(high))
    assert run(FORM, "middleOf(...given)", [name, [low, high]]) == middle(name, span)


def test_a_first_range_lies_around_the_number_and_in_its_bounds():
    controls = [
        {"name": "duration_ms", "min": 1, "max": 900_000, "scale": 1},
        {"name": "memory_mb", "min": 128, "max": 10_240, "scale": 1},
        {"name": "cold_share", "min": 0, "max": 100, "scale": 100},
    ]
    values = ["120", "128", "0"]
    code = "given[0].map((control, index) => firstSpan(control, given[1][index]))"
    assert run(FORM, code, [controls, values]) == [["80", "180"], ["128", "192"], ["0", "0.02"]]
