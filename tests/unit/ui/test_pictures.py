"""Pictures say their finding, and say it from the records and facts that they were given."""

import re

import pytest
import specimens

from lambada_labs import facts, pricing, ui
from lambada_labs.ui import servers
from lambada_labs.ui.log_fields import parts
from lambada_labs.ui.plot import Axes, round_ticks

COLD = specimens.LOG
FAILED = (
    "START RequestId: 1 Version: 3\n[ERROR] ValueError: no\nEND RequestId: 1\n"
    "REPORT RequestId: 1\tDuration: 3.00 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\tStatus: error\tError Type: Runtime.Unknown\n"
)


def named(text):
    return [part.meaning.name for part in parts(text) if part.meaning]


def test_the_log_is_cut_but_never_changed():
    assert "".join(part.text for part in parts(COLD)) == COLD
    assert "".join(part.text for part in parts(FAILED)) == FAILED


def test_each_field_of_report_has_a_meaning():
    assert named(COLD) == [
        "START", "RequestId", "Version", "Your own line", "END", "RequestId",
        "REPORT", "RequestId", "Duration", "Billed Duration", "Memory Size", "Max Memory Used", "Init Duration",
    ]  # fmt: skip


def test_a_failure_is_explained_too():
    assert named(FAILED)[-2:] == ["Status", "Error Type"]
    assert "failures are paid in full" in str(ui.annotated_log(FAILED))


def test_the_log_says_which_bill_line_a_field_feeds():
    text = str(ui.annotated_log(COLD))
    assert text.startswith("One line of this log is the invoice: REPORT, and this start was cold")
    assert "RequestId: Names this invocation." in text
    assert "Bill: Requests: one per invocation." in text


def test_a_line_of_your_own_is_not_read_as_awss():
    assert named("my Duration: 3.00 ms\n") == ["Your own line"]


def test_an_empty_log_is_no_error():
    assert str(ui.annotated_log("")).startswith("No invocation has been reported here yet")


def test_remaining_time_says_what_was_left():
    card = ui.remaining_time([(0.4, 2999.6), (2003, 996)], timeout_ms=3000)
    assert str(card).splitlines() == [
        "The handler was done with 996 ms of its 3 s left",
        "The timeout is 3 s.",
        "after 0.4 ms: 3 s left",
        "after 2 s: 996 ms left",
    ]


def test_remaining_time_without_a_reading_is_no_error():
    assert "The timeout is 3 s." in str(ui.remaining_time([], timeout_ms=3000))


def test_languages_are_compared_by_their_medians():
    card = ui.languages(specimens.by_language())
    assert str(card).splitlines() == [
        "bash starts 7.8 times as fast as Node.js",
        "Python: cold start 92 ms, warm invocation 1.4 ms",
        "Node.js: cold start 141 ms, warm invocation 1.9 ms",
        "bash: cold start 18 ms, warm invocation 19.5 ms",
    ]


def test_a_language_that_did_not_run_is_told():
    card = ui.languages({"Python": [specimens.record(0, 2, init_ms=90)], "Node.js": []})
    assert "Node.js: no cold start seen, not invoked" in str(card)


def test_state_strip_counts_from_the_call():
    card = ui.state_strip([(0, "Pending"), (1.2, "Active")], subject="hello")
    assert str(card).splitlines() == ["`hello` was Active after 1.2 s", "0 ms: Pending", "1.2 s: Active"]


def test_the_family_map_has_the_decks_ten_services_and_todays_names():
    text = str(ui.family_map())
    services = facts.find("service.")
    assert len(services) == 10
    assert all(str(service.value) in text and service.note in text for service in services)
    assert 'Amazon Data Firehose (the deck: "AWS Kinesis Data Firehose")' in text


def test_the_family_map_is_one_radio_group_that_starts_at_lambda():
    body = ui.family_map().body
    assert body.count('type="radio"') == 10
    assert body.count(" checked") == 1


@pytest.mark.parametrize("peak", [5, 60, 125, 200])
def test_the_day_shows_the_money_of_the_kernel(peak):
    day, frame = pricing.day(peak), servers.frame(pricing.day(peak))
    assert frame.servers == f"${day.server_month:,.2f}"
    assert frame.functions_cents == int(round(day.function_month, 2) * 100)
    assert frame.peak == peak


def test_functions_win_the_quiet_day_and_servers_the_busy_one():
    assert servers.frame(pricing.day(10)).title == "Functions $1.97 a month, servers $30.37"
    assert servers.frame(pricing.day(200)).title.startswith("Busy enough: servers ")


def test_servers_always_carry_the_load():
    each = facts.number("assumed.day.server_rps")
    for peak in servers.PEAKS:
        day = pricing.day(peak)
        for hour, count in enumerate(day.servers):
            assert max(day.load[hour], day.load[hour + 1]) <= count * each


def test_the_curve_never_overshoots_its_points():
    numbers = [
        float(each) for each in re.findall(r"[\d.]+", servers.smooth([(0, 10), (1, 150), (2, 150), (3, 20)]))
    ]
    ys = numbers[1::2]  # a Bézier curve stays inside the hull of its control points
    assert min(ys) == pytest.approx(servers.AXES.y(150), abs=0.01)
    assert max(ys) == pytest.approx(servers.AXES.y(10), abs=0.01)


def test_ticks_are_round_and_cover_the_range():
    assert round_ticks(2900) == [0, 1000, 2000, 3000]
    assert round_ticks(3) == [0, 1, 2, 3]
    assert round_ticks(0.3)[-1] >= 0.3


def test_axes_count_from_the_top_left():
    axes = Axes(x_max=10, y_max=5)
    assert axes.path([(0, 0), (10, 5)]) == "M0 100L100 0"


def test_deck_and_today_says_what_moved():
    rows = [
        {
            "what": "One vCPU at",
            "deck": "1,792 MB",
            "today": "1,769 MB",
            "differs": True,
            "source": "AWS",
            "as_of": "2026",
        }
    ]
    assert str(ui.deck_and_today(rows, title="T")).splitlines() == [
        "T",
        "One vCPU at (moved): the deck says 1,792 MB; today 1,769 MB (AWS, 2026)",
    ]
