"""Axes hold what they are given, and the names at the ends of lines never cover each other."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.ui.cost.axis import Span, brief, decades, shortened, straight
from lambada_labs.ui.cost.chart import LINE_HEIGHT, Frame, Line, dot, drops, names, spread_apart, thinned
from lambada_labs.ui.cost.grid import kept
from lambada_labs.ui.cost.series import LOOKS, look

amounts = st.floats(min_value=1e-6, max_value=1e12)


@given(st.lists(amounts, min_size=1, max_size=20))
def test_every_value_lies_on_its_axis(values):
    for span, ticks in (straight(values), decades(values)):
        assert span.low * (1 - 1e-9) <= min(*values, span.high)
        assert max(values) <= span.high * (1 + 1e-9)
        assert all(span.low <= tick <= span.high for tick in ticks)
        assert len(ticks) <= 7


@given(amounts, amounts)
def test_more_is_never_drawn_lower(one, two):
    span, _ = decades([one, two])
    assert (one <= two) == (span.at(one) <= span.at(two)) or span.at(one) == pytest.approx(span.at(two))


def test_a_factor_of_ten_is_always_as_long():
    span = Span(low=1, high=1000, log=True)
    assert [span.at(value) for value in (1, 10, 100, 1000)] == pytest.approx([0, 100 / 3, 200 / 3, 100])
    assert span.at(0) == 0


@given(st.lists(st.floats(min_value=0, max_value=250), max_size=6).map(sorted))
def test_names_keep_their_order_and_their_room(wanted):
    placed = spread_apart(wanted, [LINE_HEIGHT] * len(wanted), 250)
    gaps = [later - earlier for earlier, later in pairwise(placed)]
    assert all(gap >= LINE_HEIGHT - 1e-6 for gap in gaps)
    assert all(place <= 250 for place in placed)


def test_a_name_that_has_room_stays_at_its_line():
    assert spread_apart([10, 120, 200], [18, 18, 18], 250) == [10, 120, 200]


def test_a_gap_in_a_curve_stays_a_gap():
    frame = Frame(x=Span(low=0, high=4), y=Span(low=0, high=10))
    assert frame.path([(0, 0), (1, 10), (2, None), (4, 5)]) == "M0 100L25 0M100 50"


def test_a_curve_without_any_amount_has_no_name():
    frame = Frame(x=Span(low=0, high=4), y=Span(low=0, high=10))
    lines = [Line(name="EC2", points=[(0, None)], look=look("EC2")), Line(name="Lambda", points=[(0, 1)], look=look("Lambda"))]  # fmt: skip
    assert names(frame, lines).count("lb-end") == 1


def test_words_stand_beyond_their_point_where_there_is_room():
    frame = Frame(x=Span(low=0, high=10), y=Span(low=0, high=10))
    sides = [re.findall("lb-at-[a-z]+", dot(frame, (x, 5), "here", beyond=True)) for x in (1, 5, 7, 9)]
    assert sides == [["lb-at-left"], ["lb-at-left"], ["lb-at-middle"], ["lb-at-right"]]


def test_the_leftmost_words_hang_lowest():
    frame = Frame(x=Span(low=0, high=10), y=Span(low=0, high=10))
    markup = drops(frame, [(2, 5, "EC2", "first"), (4, 5, "Lambda", "second")])
    heights = [float(part.split("%")[0]) for part in markup.split("height:")[1:]]
    assert markup.index("second") < markup.index("first")
    assert heights[0] < heights[1]


@pytest.mark.parametrize(
    ("amount", "said"),
    [(0, "$0"), (0.004, "<$0.01"), (0.4, "$0.40"), (12.3, "$12"), (4567, "$4.6k"), (1_200_000, "$1.2M"), (-3, "-$3.00")],
)  # fmt: skip
def test_a_cell_says_its_amount_briefly(amount, said):
    assert brief(amount) == said


def test_yuan_are_not_dollars():
    assert brief(12, "CNY") == "¥12"


@given(st.integers(min_value=1, max_value=9 * 10**11))
def test_a_short_count_is_short(number):
    assert len(shortened(number)) <= 5


@given(st.integers(min_value=1, max_value=40), st.integers(min_value=0, max_value=39))
def test_yours_is_always_among_the_kept(length, here):
    chosen = kept(range(length), here, 9)
    assert chosen == sorted(set(chosen))
    assert (here in chosen) == (here < length)
    assert {0, length - 1} <= set(chosen) or here in {0, length - 1} or length < 3
    assert len(chosen) <= 10


def test_thinned_keeps_both_ends():
    assert thinned(range(101), 5) == [0, 25, 50, 75, 100]


def test_ways_of_one_figure_differ_without_colour():
    servers = [LOOKS[name].letter for name in ("Lambda", "Fargate", "EC2", "Managed Instances")]
    starts = [LOOKS[name].letter for name in ("INIT", "SnapStart", "provisioned")]
    assert len(set(servers)) == 4
    assert len(set(starts)) == 3
    assert look("something new").letter == "s"
