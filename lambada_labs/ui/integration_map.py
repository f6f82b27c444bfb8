"""The map of who calls Lambda: every service by how it invokes, lit where this cloud has heard from it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any, Literal

from lambada_labs import files
from lambada_labs.model import EventHistory, InvocationRecord
from lambada_labs.ui.card import Card, picture, prose
from lambada_labs.ui.marks import mark
from lambada_labs.ui.pick import Pick
from lambada_labs.ui.producer_words import named
from lambada_labs.ui.timeline_words import plural

Kind = Literal["synchronous", "asynchronous", "event source mapping"]
GROUPS: Mapping[Kind, tuple[str, str]] = {
    "synchronous": ("Synchronous", "Somebody waits for the answer."),
    "asynchronous": ("Asynchronous", "The event goes into a queue, nobody waits."),
    "event source mapping": ("Event source mapping", "Lambda fetches records itself."),
}
#: Which right an integration needs, by what the register calls its `rights`.
PERMISSIONS: Mapping[str, str] = {
    "role": "A role of yours that trusts `{principal}` and allows `lambda:InvokeFunction`",
    "resource-policy": "A statement of the function's resource policy for `{principal}`",
    "caller": "`lambda:InvokeFunction` for who asks the service",
}
READING = (
    "A filled dot is a service from which this cloud has really received an invocation. "
    "Choose a service to read its contract; the arrow keys go from one to the next."
)
ALL_GROUPS = "Three groups, by how the function is invoked. "


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One service: who calls, with which right, what happens to an error. `services` are prefixes of its ARNs and principals."""

    id: str
    title: str
    kind: Kind
    lab: str
    who: str
    permission: str
    error: str
    services: tuple[str, ...]
    deck: str
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabLink:
    """Where a lab is: without `href` it is not there yet."""

    number: str
    title: str
    href: str = ""


@cache
def nodes() -> tuple[Node, ...]:
    """The services of the map, from `data/integration_map.json`; of integrations the register tells the rest."""
    held = json.loads(files.data("integration_map.json").read_text("utf-8"))
    return tuple(_read(row) for row in held["nodes"])


def _read(row: Mapping[str, Any]) -> Node:
    told = {name: value for name, value in row.items() if name != "integration"}
    whole = {**(_registered(row["integration"]) if "integration" in row else {}), **told}
    return Node(**{**whole, "services": tuple(whole["services"])})


def _registered(name: str) -> dict[str, Any]:
    """What `data/integrations.json` knows of a node."""
    from lambada_labs.cloud.local.integrations.register import integrations

    known = integrations()[name]
    return {
        "title": known.title,
        "kind": known.kind,
        "lab": known.lab,
        "deck": known.deck,
        "permission": PERMISSIONS[known.rights].format(principal=known.principal),
        "error": known.wrong.removesuffix("."),
        "services": (named(known.principal).service,),
        "status": "" if known.status == "current" else known.status.removesuffix("."),
    }


def received(records: Iterable[InvocationRecord], events: Iterable[EventHistory] = ()) -> Counter[str]:
    """How many invocations came from each service of the map, by node id.

    Synchronous ones are told by the records, asynchronous ones by the events.
    """
    calls = Counter(
        _node(one.producer, asynchronous=False)
        for one in records
        if one.type == "RequestResponse" and one.producer
    )
    calls.update(_node(one.producer, asynchronous=True) for one in events if one.producer)
    del calls[""]
    return calls


def _node(producer: str, *, asynchronous: bool) -> str:
    """The node that sent this; one with keys of its own is a caller with the SDK, however it invokes."""
    service = named(producer).service
    found = [node for node in nodes() if service in node.services]
    wanted = [node for node in found if (node.kind == "asynchronous") == asynchronous]
    return next((node.id for node in (*wanted, *found)), "")


def integration_map(
    services: Sequence[Node] | None = None,
    *,
    received: Mapping[str, int] | None = None,
    labs: Mapping[str, LabLink] | None = None,
    focus: Kind | None = None,
) -> Card:
    """The map; `received` counts invocations by node id, `labs` are the links by number, `focus` shows one group alone."""
    kept = [node for node in services or nodes() if focus is None or node.kind == focus]
    counts, links = received or {}, labs or {}
    pick = Pick("map")
    groups = "".join(
        group(pick, kind, [node for node in kept if node.kind == kind], counts, links, first=not index)
        for index, kind in enumerate(kind for kind in GROUPS if any(node.kind == kind for node in kept))
    )
    heart = '<p class="lb-map-heart"><b>Your function</b> is invoked by</p>'
    return picture(
        pick.scope(f'{heart}<div class="lb-map">{groups}</div>{pick.panels()}'),
        title=finding(kept, counts),
        reading=READING if focus else ALL_GROUPS + READING,
        text="\n".join(node_words(node, counts.get(node.id, 0), links.get(node.lab)) for node in kept),
        styles=("pick.css", "integration_map.css"),
        kicker="Who calls Lambda",
    )


def finding(kept: Sequence[Node], counts: Mapping[str, int]) -> str:
    """How many services there are, and how many of them were heard."""
    heard = sum(bool(counts.get(node.id)) for node in kept)
    calls = sum(counts.get(node.id, 0) for node in kept)
    seen = (
        f"{heard} of them called here so far, {plural(calls, 'time')}"
        if heard
        else "none has called here so far"
    )
    return f"{len(kept)} services can invoke your function; {seen}"


def group(
    pick: Pick,
    kind: Kind,
    kept: Sequence[Node],
    counts: Mapping[str, int],
    links: Mapping[str, LabLink],
    *,
    first: bool,
) -> str:
    """The services of one kind."""
    name, line = GROUPS[kind]
    tiles = "".join(
        tile(pick, node, counts.get(node.id, 0), links.get(node.lab), first=first and not index)
        for index, node in enumerate(kept)
    )
    head = f'<p class="lb-map-kind"><b>{name}</b> <span>{line}</span></p>'
    return f'<div class="lb-map-group lb-map-{kind.split()[0]}">{head}<ul>{tiles}</ul></div>'


def tile(pick: Pick, node: Node, count: int, link: LabLink | None, *, first: bool) -> str:
    """One service."""
    heard = f"{plural(count, 'invocation')} received" if count else "not heard yet"
    button = pick.button(f"{node.title}: {heard}", panel(node, count, link), shape="lb-map-pick", first=first)
    sign = mark("dot" if count else "ring", heard)
    said = f"<small>{count:,}</small>" if count else ""
    ended = " lb-map-ended" if node.status else ""
    label = pick.label(f"{sign}<span>{escape(node.title)}</span>{said}", shape="lb-map-name")
    return (
        f'<li class="lb-map-tile{" lb-map-lit" * bool(count)}{ended}">{button}{label}{way(link, node)}</li>'
    )


def way(link: LabLink | None, node: Node) -> str:
    """The way to the lab, or that it is still to come."""
    if link is None or not link.href:
        return f'<span class="lb-map-way" title="not here yet">lab {node.lab}, to come</span>'
    return f'<a class="lb-map-way" href="{escape(link.href)}" title="{escape(link.title)}">lab {node.lab}</a>'


def panel(node: Node, count: int, link: LabLink | None) -> str:
    """A service's contract."""
    heard = (
        f"{plural(count, 'invocation')} received from it by this cloud."
        if count
        else "This cloud has not heard from it yet."
    )
    status = f"<p>Status: {prose(node.status)}.</p>" if node.status else ""
    lab = f"Lab {node.lab}: {link.title}" if link else f"Lab {node.lab}"
    there = (
        f'<a href="{escape(link.href)}">{escape(lab)}</a>'
        if link and link.href
        else f"{escape(lab)} (not here yet)"
    )
    return (
        f"<p><b>{escape(node.title)}</b> · {heard}</p>{status}<p>Who calls: {prose(node.who)}.</p>"
        f"<p>Permission: {prose(node.permission)}.</p><p>On an error: {prose(node.error)}.</p><p>{there}</p>"
    )


def node_words(node: Node, count: int, link: LabLink | None) -> str:
    """One service in a line."""
    heard = plural(count, "invocation") if count else "not heard yet"
    status = f" Status: {node.status}." if node.status else ""
    there = f"lab {node.lab}" + ("" if link and link.href else ", not here yet")
    return f"{node.title} ({node.kind}; {heard}; {there}): {node.who}. {node.permission}. On an error: {node.error}.{status}"
