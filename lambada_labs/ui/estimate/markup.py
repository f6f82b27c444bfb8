"""The calculator's form as markup: sliders, menus, and a template for each part that can be added."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from html import escape

from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario
from lambada_labs.pricing.parts import KINDS, Part
from lambada_labs.ui.card import prose
from lambada_labs.ui.estimate.controls import FUNCTION, RUNNING, SPREADS, STOPS, Control
from lambada_labs.ui.estimate.fields import Field, fields_of, group_of, help_of, human
from lambada_labs.ui.estimate.places import presets, region_names
from lambada_labs.ui.estimate.ranges import RANGED
from lambada_labs.units import count

#: JupyterLab's command mode takes the keys of a select too, unless it says otherwise itself.
OWN_KEYS = 'data-lm-suppress-shortcuts="true"'


def form(scenario: Scenario) -> str:
    """All controls in their groups."""
    work = scenario.workload
    function = "".join(slider(each, work) for each in FUNCTION)
    running = spread(work) + "".join(slider(each, work) for each in RUNNING)
    pay = [kind for kind in KINDS if kind.compute]
    groups = [
        fold("running", "How it runs", running),
        fold("pay", "Pay differently", ways(pay)) if pay else "",
        fold("around", "Around it", adder([kind for kind in KINDS if not kind.compute])),
    ]
    return (
        f'<form class="lb-controls" novalidate>{sides()}<section class="lb-group lb-group-open">{group_name("Function")}'
        f"{function}{architectures(work)}{region(scenario)}</section>{''.join(groups)}{free_tier(scenario)}"
        f"{''.join(template(kind) for kind in KINDS)}</form>"
    )


def group_name(title: str) -> str:
    """A group's heading."""
    return f'<p class="lb-group-name" role="heading" aria-level="4">{prose(title)}</p>'


def sides() -> str:
    """Which of two scenarios the controls set; hidden until two are compared."""
    buttons = "".join(
        f'<button type="button" data-side="{side}" aria-pressed="{str(side == "a").lower()}">Scenario {side.upper()}</button>'
        for side in "ab"
    )
    return f'<div class="lb-segments lb-sides" role="group" aria-label="The controls set" data-part="sides" hidden>{buttons}</div>'


def slider(control: Control, work: Workload) -> str:
    """One control: the number itself to type, and a slider under it."""
    name, value = escape(control.name), control.shown(work)
    hint = f'<small class="lb-help">{prose(control.help)}</small>' if control.help else ""
    numbers = f'data-min="{control.smallest}" data-max="{control.largest}" data-scale="{control.scale}" data-whole="{str(control.whole).lower()}"'
    switch, span = (range_switch(control), range_inputs(control)) if control.name in RANGED else ("", "")
    return (
        f'<div class="lb-control" data-control="{name}" {numbers}>'
        f'<div class="lb-control-top"><span data-label>{control.label}</span>{switch}<span class="lb-typed"><input type="text" inputmode="decimal" autocomplete="off" data-number="{name}" '
        f'aria-label="{control.label}, {control.unit}" value="{value}"><small>{control.unit}</small></span></div>'
        f'<input type="range" min="0" max="{STOPS}" data-range="{name}" aria-label="{control.label}" aria-valuetext="{value} {control.unit}">{span}{hint}</div>'
    )


def range_switch(control: Control) -> str:
    """The button that turns one number into a range and back."""
    return (
        f'<button type="button" class="lb-range-switch" data-ranged="{control.name}" aria-pressed="false" aria-label="{control.label} as a range" '
        'title="Eight times in ten between two numbers">range</button>'
    )


def range_inputs(control: Control) -> str:
    """The two numbers and two thumbs of a range; hidden while the figure is one number."""
    ends = (("low", "from"), ("high", "to"))
    boxes = " ".join(
        f'<span>{word}</span><input type="text" inputmode="decimal" autocomplete="off" data-end="{end}" aria-label="{control.label} {word}, {control.unit}">'
        for end, word in ends
    )
    thumbs = "".join(
        f'<input type="range" min="0" max="{STOPS}" data-thumb="{end}" aria-label="{control.label} {word}">'
        for end, word in ends
    )
    return (
        f'<div class="lb-span" data-span="{control.name}" hidden><div class="lb-typed">{boxes}<small>{control.unit}</small></div>'
        f'<div class="lb-thumbs">{thumbs}</div></div>'
    )


def segments(label: str, attribute: str, choices: Iterable[tuple[str, str]], chosen: str) -> str:
    """A choice of a few, all of them seen."""
    buttons = "".join(
        f'<button type="button" data-{attribute}="{escape(value)}" aria-pressed="{str(value == chosen).lower()}">{prose(said)}</button>'
        for value, said in choices
    )
    return f'<div class="lb-segments" role="group" aria-label="{escape(label)}">{buttons}</div>'


def architectures(work: Workload) -> str:
    """The choice of architecture."""
    both = segments(
        "Architecture", "architecture", [("x86_64", "x86_64"), ("arm64", "arm64")], work.architecture
    )
    return f'<div class="lb-control"><span class="lb-control-name">Architecture</span>{both}</div>'


def spread(work: Workload) -> str:
    """How durations scatter around their mean."""
    choices = segments("Durations", "spread", SPREADS.items(), work.spread)
    return f'<div class="lb-control"><span class="lb-control-name">Durations around their mean</span>{choices}</div>'


def region(scenario: Scenario) -> str:
    """The menu of Regions, by name."""
    named = sorted(region_names().items(), key=lambda pair: pair[1])
    options = options_of(((code, f"{name} · {code}") for code, name in named), scenario.region)
    return (
        f'<label class="lb-control lb-select"><span>Region</span><select {OWN_KEYS} data-region>{options}</select></label>'
        '<p class="lb-problem lb-gaps" data-part="gaps" role="status" hidden></p>'
    )


def options_of(choices: Iterable[tuple[str, str]], chosen: str = "") -> str:
    """The options of a menu."""
    return "".join(
        f'<option value="{escape(value)}"{" selected" * (value == chosen)}>{escape(said)}</option>'
        for value, said in choices
    )


def fold(key: str, title: str, inside: str) -> str:
    """A group that is folded until wanted; its heading says what is set inside."""
    return (
        f'<details class="lb-group" data-group="{key}"><summary><b>{prose(title)}</b><span class="lb-set" data-part="set_{key}"></span></summary>'
        f'<div class="lb-group-in">{inside}</div></details>'
    )


def ways(kinds: Iterable[type[Part]]) -> str:
    """The menu of ways to pay for the function itself, and the place of the chosen one's options."""
    options = options_of([("", "On demand"), *((kind.key, kind.title) for kind in kinds)])
    return (
        f'<label class="lb-control lb-select"><span>The function is paid for by</span><select {OWN_KEYS} data-way>{options}</select></label>'
        '<div class="lb-parts" data-part="pay"></div>'
    )


def adder(kinds: Iterable[type[Part]]) -> str:
    """The menu of parts to add, in their groups, and the place where they go."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind in kinds:
        groups.setdefault(group_of(kind.key), []).append((kind.key, kind.title))
    options = "".join(
        f'<optgroup label="{escape(name)}">{options_of(choices)}</optgroup>'
        for name, choices in groups.items()
    )
    return (
        '<div class="lb-parts" data-part="around"></div>'
        f'<label class="lb-control lb-select"><span>Add</span><select {OWN_KEYS} data-add><option value="">What else is there? …</option>{options}</select></label>'
    )


def free_tier(scenario: Scenario) -> str:
    """The switch of the free tier."""
    checked = " checked" * scenario.free_tier
    return f'<label class="lb-switch"><input type="checkbox" data-free-tier{checked}><span>Count the free tier</span></label>'


def template(kind: type[Part]) -> str:
    """The box of a part, for the browser to copy when the part is added."""
    title = prose(kind.title)
    said = f'<p class="lb-help">{prose(help_of(kind.key))}</p>' if help_of(kind.key) else ""
    rows = "".join(option(kind.key, each) for each in fields_of(kind))
    return (
        f'<template data-kind="{kind.key}" data-title="{escape(kind.title)}"><section class="lb-partbox" data-key="{kind.key}" aria-label="{escape(kind.title)}">'
        f'<p class="lb-partbox-top"><b>{title}</b><button type="button" class="lb-textual" data-remove aria-label="Remove {escape(kind.title)}">Remove</button></p>'
        f"{said}{rows}</section></template>"
    )


def option(part: str, field: Field) -> str:
    """One option of a part."""
    name = f"{part}.{field.name}"
    unit = f" <small>({prose(field.unit)})</small>" if field.unit else ""
    said = f"<span>{prose(field.label)}{unit}</span>"
    start = f'data-option="{name}" data-start="{escape(field.start)}"'
    if field.kind == "switch":
        return f'<label class="lb-switch lb-field"><input type="checkbox" {start}><span>{prose(field.label)}</span></label>'
    if field.kind == "choice":
        menu = options_of((each, human(each)) for each in field.choices)
        return f'<label class="lb-field">{said}<select {OWN_KEYS} {start}>{menu}</select></label>'
    return f'<label class="lb-field">{said}<input type="text" inputmode="decimal" autocomplete="off" {start} value="{shown_start(field)}"></label>'


def shown_start(field: Field) -> str:
    """A number's default as it is read."""
    return count(Decimal(field.start))


def preset_menu() -> str:
    """Real workloads to start from."""
    options = "".join(
        f'<option value="{each.key}" title="{escape(each.story)}">{escape(each.title)}</option>'
        for each in presets()
    )
    first = '<option value="">Start from …</option>'
    return f'<label class="lb-tool"><span class="lb-sr">Start from an example</span><select {OWN_KEYS} data-preset>{first}{options}</select></label>'
