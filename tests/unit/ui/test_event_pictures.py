"""The pictures of lab 05: a gallery, a dial, a pattern above a stream, a deck of senders."""

import pytest

from lambada_labs import ui
from lambada_labs.cloud.port import IntegrationRun, IntegrationShown
from lambada_labs.errors import BadInput
from lambada_labs.labs import event_stream, pictures
from lambada_labs.ui import pattern_card, producer_deck

DAY = 1_795_564_800  # 2026-11-25, midnight UTC
HOUR, MINUTE = 3600, 60


def test_a_gallery_counts_what_is_filled_and_draws_only_that():
    frames = [
        ui.Frame(key="beach.jpg", thumbnail=pictures.picture("beach"), note="10.6 KB"),
        ui.Frame(key="<b>.txt"),
    ]
    card = ui.gallery(frames)
    assert str(card).splitlines() == [
        "1 of 2 uploads have a thumbnail",
        "beach.jpg: thumbnail, 10.6 KB",
        "<b>.txt: no thumbnail",
    ]
    assert card.body.count("<img") == 1
    assert "&lt;b&gt;.txt" in card.body


def test_an_empty_gallery_says_so():
    assert str(ui.gallery([])) == "An empty gallery\nNothing was uploaded yet."


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (DAY + 8 * HOUR, "It came at 08:00 UTC: 10:00 in Riga"),
        (DAY + 223 * 24 * HOUR + 8 * HOUR, "It came at 08:00 UTC: 11:00 in Riga"),
    ],
)
def test_the_dial_of_a_day_knows_the_clocks_of_another_place_in_both_halves_of_the_year(at, said):
    assert str(ui.cron_dial("cron(0 8 * * ? *)", [at], zone="Europe/Riga")).splitlines()[0] == said


def test_the_dial_of_an_hour_lists_the_last_times_and_counts_the_others():
    came = [DAY + 9 * HOUR + number * MINUTE for number in range(9)]
    card = ui.cron_dial("rate(1 minute)", came, face="hour")
    assert str(card).splitlines()[:3] == [
        "It came 9 times",
        "rate(1 minute) came 9 times.",
        "09:00:00 UTC",
    ]
    assert card.body.count("lb-dial-dot") == 9
    assert "and 3 before" in card.body


def test_a_dial_on_which_nothing_came_is_drawn_too():
    assert str(ui.cron_dial("rate(1 day)", [], zone="Europe/Riga")).startswith("It has not come yet")


STREAM = event_stream.stream()
WANTED = [event_stream.wanted(one) for one in STREAM]


@pytest.mark.parametrize(
    ("lit", "said"),
    [
        (WANTED, "3 of 12 events match: exactly the ones that are wanted"),
        ([True] * 12, "12 of 12 events match: 9 are not wanted"),
        ([False] * 12, "0 of 12 events match: 3 wanted are missing"),
        (
            [True, *[False] * 6, True, True, *[False] * 3],
            "3 of 12 events match: 1 wanted is missing, 1 is not wanted",
        ),
    ],
)
def test_the_title_compares_what_is_lit_with_what_is_wanted(lit, said):
    assert pattern_card.verdict(STREAM, WANTED, ui.Tried(pattern="{}", lit=tuple(lit))) == said


def test_the_tester_asks_shows_and_keeps_the_last_pattern():
    answers = {
        "a": ui.Tried(pattern="a", lit=tuple(WANTED)),
        "b": ui.Tried(pattern="b", problem="Refused: <no>"),
    }
    tester = ui.pattern_tester(STREAM, ask=answers.get, pattern="a", wanted=WANTED)
    assert tester.verdict.endswith("exactly the ones that are wanted")
    tester.test("b")
    assert (tester.problem, tester.verdict, tester.lit) == (
        "Refused: <no>",
        "EventBridge takes no such pattern",
        [],
    )
    assert "Refused: &lt;no&gt;" in tester.still().body
    assert "Refused: <no>" in str(tester)
    tester.test("a")
    assert tester.lit == WANTED


def service(name, **more):
    return IntegrationShown(
        name=name,
        title=name.upper(),
        deck="",
        lab="05",
        kind=more.pop("kind", "asynchronous"),
        rights="resource-policy",
        principal=f"{name}.amazonaws.com",
        source_arn="",
        permission={},
        choices={},
        contract="Nothing",
        wrong="Retries",
        api=(),
        status=more.pop("status", "current"),
        source="",
        as_of="",
    )


def ran(name, outcome, **more):
    return IntegrationRun(
        name=name,
        title=name.upper(),
        kind="asynchronous",
        function_arn="",
        source_arn="",
        sent={"who": name},
        outcome=outcome,
        **more,
    )


def test_a_deck_runs_one_card_and_all_of_them():
    deck = ui.producer_cards(
        [service("ses"), service("iot", status="ended")],
        run=lambda name, wait_s, **choices: ran(name, "queued", text=str(choices)),
    )
    assert str(deck).splitlines()[0] == "2 more senders of events"
    assert deck.run("ses", spam="FAIL").text == "{'spam': 'FAIL'}"
    assert deck.title == "2 more senders, 1 of them heard"
    assert "<b>SES</b> sent this" in deck.sent
    assert (
        str(deck.run_all()).count("ran: queued: Lambda took the event, nobody waits; its event has who") == 2
    )
    assert deck.verdicts == dict.fromkeys(("ses", "iot"), "queued: Lambda took the event, nobody waits")


def test_a_sender_that_may_not_call_names_the_permission_it_wants():
    refused = ran("ses", "failed", code="AccessDenied", permission={"Principal": "ses.amazonaws.com"})
    shown = producer_deck.sent(refused)
    assert "failed: AccessDenied" in shown
    assert "add_permission(**{&quot;Principal&quot;: &quot;ses.amazonaws.com&quot;})" in shown


def test_a_click_that_goes_wrong_is_told_on_the_card():
    def run(_name, *, wait_s):
        raise BadInput("no cloud", expected="a cloud")

    deck = ui.producer_cards([service("ses")], run=run)
    deck._clicked("ses")
    assert "no cloud" in deck.sent
