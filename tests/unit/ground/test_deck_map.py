"""The deck map's check notices a lost line, a missing cell and a missing check."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DECK = "# Deck\n\n* Run on-demand\n* Scaling is automated!\n"
SOURCE = """\
# %% [markdown] name="prose"
# Words.
# %% name="at-once" tags=["nbval-check-output"]
run()
# %% name="check-burst"
lab.check("burst")
# %% name="reveal-at-once"
lab.reveal("at-once", 5)
"""


def line(kind, text, *homes):
    return {"id": text, "kind": kind, "line": text, "homes": list(homes)}


@pytest.fixture
def checked(tmp_path):
    (tmp_path / "notebooks" / "src").mkdir(parents=True)
    (tmp_path / "notebooks" / "src" / "01_first.py").write_text(SOURCE)
    (tmp_path / "data" / "quizzes").mkdir(parents=True)
    (tmp_path / "data" / "quizzes" / "01_first.json").write_text('[{"id": "scaling"}]')
    (tmp_path / "data" / "deck.txt").write_text(DECK)

    def check(*lines, delivered=("01",)):
        document = {"delivered": list(delivered), "lines": list(lines)}
        (tmp_path / "data" / "deck_map.json").write_text(json.dumps(document))
        command = [sys.executable, ROOT / "tools" / "check_deck_map.py", "--root", tmp_path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    return check


HEADING = line("heading", "# Deck", {"lab": "01"})
ON_DEMAND = line("claim", "* Run on-demand", {"lab": "01", "cell": "at-once", "check": "burst"})


@pytest.mark.parametrize("check", ["burst", "predict:at-once", "quiz:scaling"])
def test_a_covered_lab_passes(checked, check):
    scaling = line("claim", "* Scaling is automated!", {"lab": "01", "cell": "at-once", "check": check})
    assert checked(HEADING, ON_DEMAND, scaling)[0] == 0


@pytest.mark.parametrize(
    ("home", "said"),
    [
        ({"lab": "01"}, "no code cell named None"),
        ({"lab": "01", "cell": "prose", "check": "burst"}, "no code cell named 'prose'"),
        ({"lab": "01", "cell": "at-once", "check": "lost"}, "no check 'lost'"),
        ({"lab": "01", "cell": "at-once", "check": "quiz:lost"}, "no check 'quiz:lost'"),
    ],
)
def test_an_uncovered_claim_fails(checked, home, said):
    status, text = checked(HEADING, ON_DEMAND, line("claim", "* Scaling is automated!", home))
    assert status == 1
    assert said in text


def test_a_lab_that_is_not_delivered_may_leave_it_open(checked):
    later = line("claim", "* Scaling is automated!", {"lab": "14"})
    assert checked(HEADING, ON_DEMAND, later)[0] == 0


def test_a_delivered_lab_needs_its_notebook(checked):
    later = line("claim", "* Scaling is automated!", {"lab": "14", "cell": "x", "check": "y"})
    status, text = checked(HEADING, ON_DEMAND, later, delivered=("01", "14"))
    assert (status, "14_*.py does not exist" in text) == (1, True)


def test_a_lost_line_and_a_line_without_a_lab_fail(checked):
    assert "not in the map: * Scaling is automated!" in checked(HEADING, ON_DEMAND)[1]
    assert "no lab" in checked(HEADING, ON_DEMAND, line("claim", "* Scaling is automated!"))[1]


def test_the_real_map_holds_every_line_of_the_deck():
    rows = json.loads((ROOT / "data" / "deck_map.json").read_text(encoding="utf-8"))["lines"]
    deck = (ROOT / "data" / "deck.txt").read_text(encoding="utf-8")
    assert [row["line"] for row in rows] == [text.strip() for text in deck.splitlines() if text.strip()]
    assert all(row["homes"] for row in rows)
