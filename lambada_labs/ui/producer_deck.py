"""A deck of cards, one for each service that calls functions: flip it for its contract, run its sample event."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from lambada_labs.ui.card import Card, fresh_id, heading, plain, prose

READING = (
    "Each card is one service. Flip it to read what it wants back; its button sends the event that this service "
    "sends, in its name and under its permission."
)
NOTHING = "Run an event to read it here."
#: What a service's verdict means; the words of `IntegrationRun.outcome`.
MEANS = {
    "accepted": "the service took the answer",
    "queued": "Lambda took the event, nobody waits",
    "waiting": "the service waits to be called back",
    "refused": "the answer is not what it wants",
    "failed": "there was no answer",
}


def producer_cards(services: Sequence[Any], ran: Mapping[str, Any], last: str = "") -> Card:
    """The services as cards; `ran` maps a service's name to what came of its event, `last` is the one shown below."""
    cards = "".join(_card(one, ran.get(one.name)) for one in services)
    body = (
        f"{heading(title(services, ran), kicker='The other senders')}"
        f'<ul class="lb-producers" data-part="cards">{cards}</ul>'
        f'<div class="lb-producer-sent" data-part="sent" role="status">{sent(ran.get(last))}</div>'
        f'<p class="lb-reading">{READING}</p>'
    )
    said = [title(services, ran), *(_words(one, ran.get(one.name)) for one in services)]
    return Card(body, plain("\n".join(said)), ("producers.css",))


def title(services: Sequence[Any], ran: Mapping[str, Any]) -> str:
    """How many services there are, and how many events were sent."""
    if not ran:
        return f"{len(services)} more senders of events"
    return f"{len(services)} more senders, {len(ran)} of them heard"


def verdict(ran: Any) -> str:
    """What came of an event, in a few words."""
    if ran is None:
        return ""
    return f"{ran.outcome}: {ran.code or MEANS.get(ran.outcome, '')}"


def sent(ran: Any) -> str:
    """The event that was sent last, and what the service says."""
    if ran is None:
        return f"<p>{NOTHING}</p>"
    told = f"<p>{prose(ran.text)}</p>" if ran.text else ""
    return (
        f"<p><b>{prose(ran.title)}</b> sent this; {prose(verdict(ran))}.</p>{told}{_wanted(ran)}"
        f"<pre>{escape(json.dumps(ran.sent, indent=2, ensure_ascii=False))}</pre>"
    )


def _wanted(ran: Any) -> str:
    if not ran.permission:
        return ""
    return f"<p>It is missing a permission: <code>add_permission(**{escape(json.dumps(dict(ran.permission)))})</code></p>"


def _card(service: Any, ran: Any) -> str:
    name = fresh_id("producer")
    ended = (
        f'<span class="lb-producer-ended">{prose(service.status)}</span>'
        if service.status != "current"
        else ""
    )
    return (
        f'<li data-name="{escape(service.name)}"><input type="checkbox" class="lb-pick lb-producer-flip" id="{name}" '
        f'aria-label="Flip {escape(service.title)}"><label for="{name}">'
        f'<span class="lb-producer-front"><b>{prose(service.title)}</b><small>{prose(service.principal)}</small>'
        f"<small>{_waits(service)}</small>{ended}</span>"
        f'<span class="lb-producer-back"><b>Wants back</b><small>{prose(service.contract)}</small>'
        f"<b>Otherwise</b><small>{prose(service.wrong)}</small></span></label>"
        f'<span class="lb-producer-foot"><button class="lb-button lb-second" data-run="{escape(service.name)}" '
        f'aria-label="Run the event of {escape(service.title)}">Run its event</button>'
        f'<small data-verdict aria-live="polite">{prose(verdict(ran))}</small></span></li>'
    )


def _waits(service: Any) -> str:
    return "what you return goes nowhere" if service.kind == "asynchronous" else "waits for what you return"


def _words(service: Any, ran: Any) -> str:
    lines = [
        f"{service.title} ({service.principal}), {_waits(service)}",
        f"   wants back: {service.contract}",
        f"   otherwise:  {service.wrong}",
    ]
    if service.status != "current":
        lines.append(f"   {service.status}")
    if ran is not None:
        lines.append(f"   ran: {verdict(ran)}; its event has {', '.join(sorted(ran.sent))}")
    return "\n".join(lines)
