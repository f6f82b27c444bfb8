"""Each figure says the finding of its result as its title, and every number of it in words too."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import cost_specimens
import pytest

from lambada_labs import pricing, ui, units
from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, price_book
from lambada_labs.pricing.log_summary import summarise
from lambada_labs.pricing.memory_curve import fit
from lambada_labs.ui import assets, cost
from lambada_labs.ui.cost.books import gb_seconds_for_one
from lambada_labs.ui.cost.history import stacked
from lambada_labs.ui.cost.likely import break_even

CARDS = cost_specimens.cards()
RESULTS = cost_specimens.results()
FOCUSABLE = re.compile(r'<(?:span|div|li)[^>]*tabindex="0"[^>]*>')


@pytest.mark.parametrize("name", [name for name in RESULTS if name != "failures"])
def test_the_title_is_the_finding(name):
    assert str(CARDS[name]).splitlines()[0] == RESULTS[name].finding


@pytest.mark.parametrize("name", CARDS)
def test_what_can_be_reached_with_the_tab_key_says_something(name):
    for tag in FOCUSABLE.findall(CARDS[name].body):
        assert re.search(r'aria-(label|valuetext)="[^"]{3,}"', tag)
        assert "data-lm-suppress-shortcuts" in tag


@pytest.mark.parametrize("name", CARDS)
def test_every_drawing_has_a_name_for_screen_readers(name):
    for tag in re.findall(r"<svg[^>]*>", CARDS[name].body):
        assert re.search(r'role="img" aria-label="[^"]{3,}"|aria-hidden="true"', tag)


@pytest.mark.parametrize("name", CARDS)
def test_no_number_leaks_unformatted(name):
    assert not re.search(r"Decimal\(|None\b|\bnan\b|\d\.\d{13,}", str(CARDS[name]))


@pytest.mark.parametrize("name", CARDS)
def test_colours_are_the_themes(name):
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgb\(", CARDS[name].body)


def test_the_area_says_the_bill_to_the_cent():
    aws, deck = pricing.bill_both(cost_specimens.SHOP)
    text = str(CARDS["area"])
    assert f"a month, AWS list price    {units.dollars(aws.total)}" in text
    assert (
        f"a month, The deck's price  {units.dollars(deck.total)}" in text or units.dollars(deck.total) in text
    )


def test_one_gigabyte_for_a_second_is_one_square():
    body = ui.area_card(Workload(requests=1, duration_ms=1000, memory_mb=1024)).body
    width, height = re.search(r'data-part="area" style="width:([\d.]+)%;height:([\d.]+)%"', body).groups()
    unit = re.search(r'data-part="unit" style="width:([\d.]+)%;height:([\d.]+)%"', body).groups()
    assert (width, height) == unit
    assert "1 GB × 1 s = 1 GB-s = $0.0000167" in body


def test_the_dashed_square_hides_where_it_has_no_room():
    assert re.search(r'data-part="unit"[^>]* hidden>', CARDS["area_small"].body)


def test_the_heat_map_frames_your_cell_and_prices_it():
    result = RESULTS["heat_map"]
    assert CARDS["heat_map"].body.count("lb-here") == 1
    assert f"{units.dollars(result.here.total)} (yours)" in str(CARDS["heat_map"])


def test_a_missing_price_is_a_question_mark_and_never_nothing():
    result = RESULTS["heat_map"]
    totals = ((None, *result.totals[0][1:]), *result.totals[1:])
    card = ui.heat_map(replace(result, totals=totals, missing=("logs",)))
    assert "no price" in str(card)
    assert "Incomplete</b>: this Region&#x27;s list has no price for logs" in card.body


def test_every_curve_is_named_at_its_end():
    for name, curves in (
        ("busy_share", RESULTS["busy_share"].curves),
        ("computes", RESULTS["computes"].curves),
    ):
        ends = re.findall(r'class="lb-end[^>]*><i></i>([^<]+)<', CARDS[name].body)
        assert sorted(ends) == sorted(curve.name for curve in curves)


def test_break_evens_are_said_with_their_requests():
    for each in RESULTS["computes"].break_even:
        expected = (
            f"{each.name} costs no more than Lambda from {units.count(each.requests)} requests"
            if each.requests is not None
            else f"{each.name} is dearer"
        )
        assert expected in str(CARDS["computes"])  # fmt: skip


def test_the_runway_says_when_each_allowance_ends():
    for each in RESULTS["runway"].allowances:
        said = f"{each.ends:%Y-%m-%d %H:%M} UTC" if each.ends else "not this month"
        assert said in str(CARDS["runway"])


def test_an_allowance_that_lasts_is_no_alarm():
    quiet = Scenario(workload=Workload(requests=1000, duration_ms=100, memory_mb=128))
    card = ui.runway(pricing.compare.runway(quiet, month=cost_specimens.date(2026, 2, 1)))
    assert str(card).count("not this month") == 2
    assert "used up</span>" not in card.body


def test_the_scale_says_each_factor():
    for row in RESULTS["scale"].rows:
        assert units.dollars(row.total) in str(CARDS["scale"])


def test_a_dollar_buys_a_tenth_of_what_the_deck_says():
    assert [gb_seconds_for_one(price_book(book), "x86_64") for book in ("deck", "aws")] == [600_000, 60_000]
    assert str(CARDS["dollar_buys"]).splitlines() == [
        "$1.00 buys 60,000 GB-seconds, not 600,000",
        "The deck's price  600,000 GB-s for $1.00  60 squares",
        "AWS list price    60,000 GB-s for $1.00   6 squares",
    ]
    assert CARDS["dollar_buys"].body.count("<i></i>") == 66


def test_arm_buys_half_a_square_more():
    body = cost.dollar_buys(architecture="arm64").body
    assert body.count("<i></i>") == 67
    assert "var(--square)*0.500" in body


def test_rounding_by_hand():
    # 3 ms x 1 GB x 1,000,000 = 3,000 GB-s; in steps of 100 ms 100,000 GB-s; at $0.0000166667.
    assert str(CARDS["rounding"]).splitlines()[:3] == [
        "Rounded up to 100 ms, 3 ms cost 33.3 times as much",
        "runs    billed per 1 ms  billed per 100 ms",
        "3 ms    $0.05            $1.67",
    ]


def test_rounding_refuses_what_lambda_would():
    with pytest.raises(BadInput):
        ui.rounding([0])


def test_uncertainty_says_percentiles_and_the_widest_swing_first():
    lines = str(CARDS["uncertainty"]).splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["P10", "P50", "P90"]
    assert lines[4].startswith("requests ")


def test_a_budget_becomes_a_chance():
    assert re.fullmatch(
        r"\d+% of the months stay within \$25.00", str(CARDS["uncertainty_budget"]).splitlines()[0]
    )


def test_break_even_is_where_the_chance_is_one_half():
    assert break_even([(100, 1.0), (200, 0.75), (300, 0.25)]) == 250
    assert break_even([(100, 0.2), (200, 0.1)]) is None
    assert "$30.00" in str(CARDS["chance_cheaper"])


def test_a_curve_that_does_not_fit_says_so_first():
    assert str(CARDS["memory_curve_bad"]).startswith("The model does not fit these measurements")


def test_a_waiting_function_gets_no_faster():
    waiting = ui.memory_curve(fit({128: [200], 512: [201], 1024: [199], 1769: [200]}))
    assert str(waiting).startswith("More memory buys no speed here")


def test_tuning_names_the_recommended_sizes():
    text = str(CARDS["tuning"])
    assert {word for word in ("cheapest", "fastest", "balanced") if re.search(rf"\d runs .*{word}", text)} == {"cheapest", "fastest", "balanced"}  # fmt: skip


def test_the_log_says_what_was_wasted_and_what_else_it_could_cost():
    text = str(CARDS["log_summary"])
    assert "memory never used" in text
    assert re.search(r"on arm64 +\$", text)
    assert re.search(r"provisioned +\$", text)


def test_a_short_log_says_why_it_prices_nothing_provisioned():
    line = "2026-11-24T08:00:{:02}.000Z\tREPORT RequestId: 8f5d8e2c-0c3f-4b1e-9b1c-1f2d3c4b{:04x}\tDuration: 20.00 ms\tBilled Duration: 20 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB"
    card = cost.log_summary(summarise("\n".join(line.format(at, at) for at in (0, 30)).encode()))
    told = next(row for row in card.text.splitlines() if row.startswith("provisioned"))
    assert "cannot be told" in told
    assert "This log covers 30 s" in told
    assert "steps of 5 minutes" in told


def test_shares_of_waste_are_said_to_overlap():
    assert "The shares overlap" in CARDS["log_summary"].body


def test_marks_of_events_that_are_near_each_other_stand_above_each_other():
    assert stacked([0, 5, 12, 14], room=10) == [0, 1, 0, 2]
    assert stacked([]) == []


def test_a_log_without_timestamps_cannot_tell_provisioned():
    line = b"REPORT RequestId: 8f5d8e2c-0c3f-4b1e-9b1c-1f2d3c4b5a69\tDuration: 3.00 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\t\n"
    card = ui.log_summary(cost_specimens.summarise([line]))
    assert re.search(r"provisioned +cannot be told", str(card))
    assert "1 invocation cost" in str(card)


def test_a_workload_and_its_scenario_draw_alike():
    work = Workload(requests=10, duration_ms=10, memory_mb=128)
    assert ui.area_card(work).body == ui.area_card(Scenario(workload=work)).body
    assert Decimal(0) <= pricing.bill_both(work)[0].total


def test_an_invoice_has_every_line_and_its_sum():
    for each in RESULTS["failures"]:
        assert f"{each.title}. {each.story}" in str(CARDS["failures"])
        assert units.money(each.per_incident, each.currency) in str(CARDS["failures"])
    assert CARDS["failures"].body.count("<article") == len(RESULTS["failures"])


def test_a_month_is_only_said_of_an_incident_that_comes_more_than_once():
    assert "in your month" not in str(CARDS["failures"])
    again = [replace(each, times=3) for each in RESULTS["failures"]]
    assert str(cost.failures(again)).count("3 in your month") == len(again)
    assert cost.failures(again).body.count("<td>3 in your month</td>") == len(again)


def test_the_dearest_incident_is_the_title():
    dearest = max(RESULTS["failures"], key=lambda each: each.per_incident)
    assert str(CARDS["failures"]).startswith(f"{dearest.title}: ")


def test_no_incident_is_no_error():
    assert str(ui.failures([])).startswith("Nothing has failed")


def test_every_region_is_told_and_incomplete_ones_say_so():
    text = str(CARDS["regions_table"])
    for row in RESULTS["regions_table"].rows:
        line = next(line for line in text.splitlines() if line.startswith(f"{row.region} "))
        assert ("incomplete" in line) != row.complete
    body = CARDS["regions_table"].body
    assert body.count("lb-s-missing") == body.count("incomplete: no price for") - text.count("incomplete")


def test_what_costs_more_than_the_function_is_named_in_words():
    dearer = [step.title for step in RESULTS["waterfall"].steps if step.dearer]
    lines = [
        line for line in str(CARDS["waterfall"]).splitlines() if line.endswith("dearer than the compute")
    ]
    assert len(dearer) == len(lines) > 0
    assert all(line.startswith(title) for line, title in zip(lines, dearer, strict=True))


def test_a_path_without_a_price_is_incomplete():
    far = cost_specimens.PATH.without("logs")
    whole = pricing.compare.waterfall(replace(far, region="ap-east-2"))
    card = ui.waterfall(whole)
    assert ("incomplete" in str(card)) == bool(whole.missing)


def test_the_time_machine_numbers_its_events():
    lines = str(CARDS["time_machine"]).splitlines()[1:]
    assert [line.split(".")[0] for line in lines] == [
        str(n + 1) for n in range(len(RESULTS["time_machine"].eras))
    ]
    hollow = CARDS["time_machine"].body.count("lb-hollow")
    assert hollow == 2 * sum(not era.runnable for era in RESULTS["time_machine"].eras)


def test_the_chooser_draws_its_frontier():
    for edge in RESULTS["chooser"].frontier:
        assert f"{units.memory(edge.memory_mb)}: {edge.names[0]}" in str(CARDS["chooser"])
    widths = [float(each) for each in re.findall(r"lb-block [^>]*width:([\d.]+)%", CARDS["chooser"].body)]
    assert sum(widths) == pytest.approx(100 * len(RESULTS["chooser"].frontier), abs=0.01)


def test_edge_choices_say_which_limit_is_broken():
    lines = str(CARDS["edge_choices"]).splitlines()[2:]
    for line, choice in zip(lines, RESULTS["edge_choices"].choices, strict=True):
        assert line.startswith(f"{choice.name} ")
        assert line.endswith("; ".join(choice.why) or "fits")


UNSTYLED = {"lb-at-middle", "lb-spot-mark"}
"""The default place and the default dot: they need no rule of their own."""


@pytest.mark.parametrize("name", CARDS)
def test_every_class_of_a_figure_is_in_its_own_style_sheets(name):
    card = CARDS[name]
    used = {each for found in re.findall(r'class="([^"]+)"', card.body) for each in found.split()}
    assert {each for each in used - UNSTYLED if f".{each}" not in card.style} == set()


def test_the_day_says_each_hour():
    for hour in RESULTS["day_plan"].hours:
        assert f'aria-label="{hour.hour}:00 to {hour.hour + 1}:00; ' in CARDS["day_plan"].body


ODD = {
    "nothing is asked": Scenario(workload=Workload(requests=0, duration_ms=120, memory_mb=512)),
    "free": Scenario(workload=Workload(requests=20_000, duration_ms=5, memory_mb=128)),
    "huge": Scenario(workload=Workload(requests=10**11, duration_ms=3000, memory_mb=10_240)),
    "a Region with gaps": replace(cost_specimens.PATH, region="cn-north-1"),
    "no free tier": Scenario(workload=Workload(requests=10**6, duration_ms=0.3, memory_mb=129, architecture="arm64"), free_tier=False),
}  # fmt: skip
DRAWN = ("heat_map", "busy_share", "computes", "cold_start_tax", "chooser", "scale", "waterfall", "architectures", "edge_choices", "failures")  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("case", ODD)
def test_an_odd_month_is_drawn_too(case, name):
    result = getattr(pricing.compare, name)(ODD[case])
    card = getattr(cost, name)(result)
    assert not re.search(r"\bnan\b|\binf\b|None\b", card.text)
    assert not re.search(r"(left|top|width|height):-?(nan|inf)|-\d[\d.]*%;height", card.body)
    for missing in getattr(result, "missing", ()):
        assert missing in card.body


def test_a_region_without_the_architecture_says_so():
    work = Workload(requests=10, duration_ms=10, memory_mb=128, architecture="arm64")
    assert "no price in this Region" in str(ui.area_card(Scenario(workload=work, region="cn-north-1")))


def test_an_allowance_used_many_times_is_counted_in_times():
    card = ui.runway(pricing.compare.runway(ODD["huge"], month=cost_specimens.date(2026, 2, 1)))
    assert "requests 100,000 times" in card.body


SHARED = {"lb-plot", "lb-rule", "lb-xticks", "lb-xtitle", "lb-table", "lb-num", "lb-handle"}
"""Parts of every card that the figures of cost only adjust, below a class of their own."""


def test_no_figure_styles_the_parts_of_other_cards():
    """All style sheets of a page meet: a class of one card must not be laid out by another's."""
    sheets = {
        path.name: set(re.findall(r"\.(lb-[\w-]+)", path.read_text()))
        for path in Path(assets.__file__).parent.glob("*.css")
    }
    mine = set.union(*(names for sheet, names in sheets.items() if sheet.startswith("cost")))
    others = set.union(*(names for sheet, names in sheets.items() if not sheet.startswith("cost")))
    assert mine & others <= SHARED
