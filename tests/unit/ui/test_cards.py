"""Every card says in plain words what it shows, escapes what it is given, and loads nothing."""

import re
from html.parser import HTMLParser

import pytest
import specimens

from lambada_labs import ui
from lambada_labs.ui.card import Card, plain, prose

CARDS = specimens.cards()
VOID = {"input", "br", "wbr", "img", "path", "circle", "rect", "line"}


class Balanced(HTMLParser):
    """Notes tags that close what was never opened."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.ids, self.texts = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.wrong.append(tag)

    def handle_data(self, data):
        self.texts.append(data)


def parsed(card):
    parser = Balanced()
    parser.feed(card.html)
    return parser


@pytest.mark.parametrize("name", CARDS)
def test_card_is_sound_html(name):
    page = parsed(CARDS[name])
    assert (page.wrong, page.open) == ([], [])
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("name", CARDS)
def test_card_has_a_text_equivalent(name):
    card = CARDS[name]
    bundle = card._repr_mimebundle_()
    assert bundle == {"text/html": card.html, "text/plain": str(card)}
    assert len(str(card)) > 10
    assert not re.search(r"<[a-z/]|\*\*", str(card))


@pytest.mark.parametrize("name", CARDS)
def test_card_loads_nothing(name):
    assert not re.search(r"<(script|img|link|iframe)|@import|url\(", CARDS[name].html)


@pytest.mark.parametrize("name", CARDS)
def test_controls_keep_their_keys_in_jupyterlab(name):
    controls = re.findall(r"<(?:summary|button|input|textarea|a)\b[^>]*>", CARDS[name].html)
    assert [each for each in controls if "data-lm-suppress-shortcuts" not in each] == []


@pytest.mark.parametrize("name", [name for name, card in CARDS.items() if "lb-figure" in card.body])
def test_picture_has_finding_reading_and_words(name):
    body = CARDS[name].body
    assert 'class="lb-title"' in body
    assert 'class="lb-reading"' in body
    assert "<summary>In words</summary>" in body


def test_text_of_others_is_never_markup():
    card = ui.check_card(
        task="1", state="failed", seen="<script>alert(1)</script>", expected='"', next_step="`<b>`"
    )
    assert "<script" not in card.html
    assert "&lt;script&gt;" in card.html
    assert "<code>&lt;b&gt;</code>" in card.html


def test_prose_knows_code_and_bold_only():
    assert prose("a `b` **c** <i>") == "a <code>b</code> <b>c</b> &lt;i&gt;"
    assert plain("a `b` **c**") == "a `b` c"


def test_a_saved_card_stands_alone():
    html = ui.text_card("one\n\ntwo", title="Title").html
    assert html.startswith('<div class="lambada mathjax_ignore"><style>')
    assert "\n\n" not in html


def test_check_card_says_seen_expected_next_step():
    card = ui.check_card(
        task="1.2",
        title="Ten gigabytes",
        state="not yet",
        seen="128 MB",
        expected="10,240 MB",
        next_step="Change it.",
    )
    assert str(card).splitlines() == [
        "Check 1.2: not yet",
        "Ten gigabytes",
        "Seen       128 MB",
        "Expected   10,240 MB",
        "Next step  Change it.",
    ]


def test_passed_check_says_what_it_means():
    card = ui.check_card(task="1.1", state="passed", meaning="Your function answers", seen="`hello`")
    assert str(card).splitlines() == ["Check 1.1: passed", "Your function answers", "Seen  `hello`"]
    assert card.tone == "good"


def test_health_card_counts_what_is_ready():
    assert str(ui.health_card(specimens.HEALTH)).splitlines()[0] == (
        "The labs run on this machine: 2 of 4 ready, 1 with a difference, 1 not here"
    )


def test_clean_up_card_proves_that_nothing_is_left():
    card = ui.cleanup_card(deleted=[("function", "a"), ("function", "b"), ("role", "r")])
    assert str(card).splitlines() == [
        "Nothing is left: 2 functions, 1 role deleted",
        "deleted function a",
        "deleted function b",
        "deleted role r",
        "Asked the cloud again after deleting: 0 left.",
    ]


def test_clean_up_card_names_what_stayed():
    card = ui.cleanup_card(deleted=[], left=[("role", "r")])
    assert card.tone == "failed"
    assert "STILL HERE role r" in str(card)


def test_prediction_card_lays_guess_and_truth_side_by_side():
    card = ui.prediction_card(
        question="How many?", guess=3, truth=1, unit="environments", right=False, why="It was warm."
    )
    assert str(card).splitlines() == [
        "A useful surprise",
        "How many?",
        "You guessed  3 environments",
        "It was       1 environment",
        "It was warm.",
    ]


def test_predictions_card_counts_the_right_ones():
    assert str(ui.predictions_card(specimens.PREDICTIONS)).splitlines()[0] == "You guessed right 2 of 3"


def test_course_map_names_the_next_lab():
    card = ui.course_map(specimens.labs())
    assert str(card).splitlines()[0] == "17 labs, about 10 hours; 1 done; next: 01 First function"
    assert 'href="01_x.ipynb"' in card.body
    assert 'href="02_x.ipynb"' not in card.body


def test_table_writes_numbers_with_thousands():
    card = ui.table([{"name": "a", "calls": 3400}, {"name": "bb", "calls": 2}], title="Calls")
    assert str(card).splitlines() == ["Calls", "name  calls", "a     3,400", "bb    2"]


def test_error_card_has_three_parts_and_no_traceback():
    assert str(CARDS["error"]).splitlines() == [
        "That did not work",
        "Seen       memory_mb=64",
        "Expected   128 to 10,240 MB",
        "Next step  Try `memory_mb=128`",
    ]


def test_everything_public_is_there_and_nothing_else():
    for name in ui.__all__:
        getattr(ui, name)  # the figures of cost are loaded when asked for
    public = {name for name, value in vars(ui).items() if not name.startswith("_") and callable(value)}
    assert public == set(ui.__all__)


def test_show_displays_each(capsys):
    ui.show(Card("<p>a</p>", "a"), Card("<p>b</p>", "b"))
    assert capsys.readouterr().out.split() == ["a", "b"]
