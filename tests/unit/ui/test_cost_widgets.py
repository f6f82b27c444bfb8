"""The drawings that can be dragged: what they hold is what Lambda takes, and the kernel prices it."""

import re

import cost_specimens
import node
import pytest

from lambada_labs import pricing, ui, units
from lambada_labs.errors import BadInput
from lambada_labs.pricing import compare
from lambada_labs.ui.cost.rectangle import ends_for


def widgets():
    return {"area": ui.area(), "day_shape": ui.day_shape(cost_specimens.BUSY, shape=cost_specimens.DAY)}


@pytest.mark.parametrize("name", ["area", "day_shape"])
def test_a_widget_has_a_static_twin_and_a_text(name):
    widget = widgets()[name]
    data, _ = widget._repr_mimebundle_()
    assert sorted(data) == ["application/vnd.jupyter.widget-view+json", "text/html", "text/plain"]
    assert data["text/plain"] == str(widget) == repr(widget)
    assert data["text/html"] == widget.still().html


@pytest.mark.parametrize("name", ["area", "day_shape"])
def test_a_widget_loads_no_other_host(name):
    widget = widgets()[name]
    assert "http" not in widget._esm
    assert "@import" not in widget._css


@pytest.mark.parametrize("name", ["area", "day_shape"])
def test_every_part_that_the_script_wants_is_in_the_markup(name):
    widget = widgets()[name]
    wanted = set(re.findall(r"parts\.(\w+)", widget._esm))
    assert wanted <= set(re.findall(r'data-part="(\w+)"', widget.markup))


def test_the_saved_drawing_has_nothing_to_drag():
    for widget in widgets().values():
        assert 'role="slider"' in widget.markup
        assert 'role="slider"' not in widget.still().body


def test_the_corner_is_priced_by_the_kernel():
    area = ui.area(memory_mb=1536, duration_ms=120, requests=3_000_000)
    area.duration_ms = 240
    aws, deck = pricing.bill_both(area.scenario)
    assert (area.now["aws"], area.now["deck"]) == (units.dollars(aws.total), units.dollars(deck.total))
    assert area.scenario.workload.billed_ms == 240
    assert str(area).startswith("1,536 MB for 240 ms")


@pytest.mark.parametrize(("asked", "kept"), [(64, 128), (99_999, 10_240), (1000, 1000)])
def test_the_corner_stays_where_lambda_runs(asked, kept):
    area = ui.area()
    area.memory_mb = asked
    assert area.memory_mb == kept


@pytest.mark.parametrize(
    ("asked", "kept"), [(0.2, 1), (10**9, 900_000), (float("nan"), 1), (12.4, 13), (-5, 1)]
)
def test_a_time_is_billed_whole(asked, kept):
    area = ui.area()
    area.duration_ms = asked
    assert area.duration_ms == kept


def test_the_axes_wait_until_the_corner_is_let_go():
    area = ui.area(memory_mb=1024, duration_ms=1000)
    before = (area.now["memory_end"], area.now["time_end"])
    area.held = True
    area.memory_mb = 128
    assert (area.now["memory_end"], area.now["time_end"]) == before
    area.held = False
    assert area.now["memory_end"] == ends_for(128, 1000)[0] < before[0]


def test_the_area_refuses_what_lambda_would():
    with pytest.raises(BadInput):
        ui.area(memory_mb=64)


def test_the_corner_snaps_in_the_browser():
    expression = "[corner(0.5, 2048, 128, 2048, 64), corner(-1, 2048, 128, 2048, 64), corner(0.333, 2000, 1, 2000, finer(2000)), finer(20), finer(900000)]"
    assert node.run(["area.js"], expression, {}) == [1024, 128, 670, 1, 10_000]


def test_a_drawn_day_is_planned_by_the_kernel():
    heard = []
    day = ui.day_shape(cost_specimens.BUSY, shape=cost_specimens.DAY, on_change=heard.append)
    day.values = [10] * 12 + [50] * 12
    assert heard == [day]
    assert day.plan == compare.day_plan(cost_specimens.BUSY, [10] * 12 + [50] * 12)
    assert day.drawn["title"] == day.plan.finding == str(day).splitlines()[0]


def test_only_the_proportions_of_a_day_count():
    small = ui.day_shape(cost_specimens.BUSY, shape=[0.1] * 12 + [0.2] * 12)
    assert list(small.values) == [50] * 12 + [100] * 12


def test_a_day_without_traffic_is_told_and_the_last_plan_stays():
    day = ui.day_shape(cost_specimens.BUSY, shape=cost_specimens.DAY)
    before = day.plan
    day.values = [0] * 24
    assert "above 0" in day.drawn["problem"]
    assert day.plan == before
    day.values = cost_specimens.DAY
    assert day.drawn["problem"] == ""


@pytest.mark.parametrize("shape", [[1] * 23, [0] * 24, [-1] * 24])
def test_what_is_no_day_is_refused(shape):
    with pytest.raises(BadInput):
        ui.day_shape(shape=shape)


def test_another_scenario_is_planned_anew():
    day = ui.day_shape(cost_specimens.BUSY, shape=cost_specimens.DAY)
    day.scenario = cost_specimens.SHOP
    assert day.plan == compare.day_plan(cost_specimens.SHOP, cost_specimens.DAY)
