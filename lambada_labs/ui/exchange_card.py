"""One request through a load balancer, at its four stations: HTTP in, the event, the function's answer, HTTP out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from lambada_labs.errors import BadInput
from lambada_labs.ui.card import Card, heading, in_words, plain, prose

FIRST_LINE_WORDS = (2, 3)
BAD_GATEWAY = 502
ERRORS_FROM = 400
#: What of an event shows whether a repeated name survived.
MARKED = ("queryStringParameters", "multiValueQueryStringParameters")
READING = (
    "Follow one request from 1 to 4. Change what is typed at 1 or 3, or choose one of the answers, and send: the answer is written into "
    "the function's code, and the request goes through your balancer."
)
STYLES = ("exchange.css",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as typed: `path` with its query, headers in their order, the body after an empty line."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What came of one request.

    `event` is what the function was told (None where it did not start), `response` the HTTP text that came back with
    its `status`. `reason` says why a balancer made a 502 of the answer, `code` is its access log's word for it.
    """

    event: Any = None
    status: int = 0
    response: str = ""
    reason: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An answer that can be chosen: what it is called, and its JSON."""

    name: str
    answer: str


def typed(text: str) -> Request:
    """The request in a text of HTTP; raises `BadInput` where its first line or a header is none."""
    head, _, body = text.strip("\n").replace("\r\n", "\n").partition("\n\n")
    first, *lines = head.split("\n")
    words = first.split()
    if len(words) not in FIRST_LINE_WORDS or not words[0].isalpha() or not words[1].startswith("/"):
        raise BadInput(
            f"The first line is {first!r}", expected="a method and a path, such as GET /shop?size=38"
        )
    headers = tuple(_header(line) for line in lines if line.strip())
    return Request(method=words[0].upper(), path=words[1], headers=headers, body=body)


def answered(text: str) -> Any:
    """The handler's answer as a value; raises `BadInput` where the text is no JSON."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadInput(
            f"What the function should answer is no JSON: {error}",
            expected="JSON, with names and texts in double quotes",
            todo='Begin with {"statusCode": 200}',
        ) from None


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip() or " " in name.strip():
        raise BadInput(f"A header line is {line!r}", expected="a name, a colon and a value")
    return name.strip(), value.strip()


def exchange_card(
    request: str,
    answer: str,
    exchange: Exchange,
    *,
    multi_value: bool = False,
    samples: Sequence[Sample] = (),
) -> Card:
    """The four stations of one exchange; the widget gives them life."""
    body = (
        heading(finding(exchange, multi_value=multi_value), kicker="Through the balancer and back")
        + controls(samples, multi_value=multi_value)
        + stations(request, answer, exchange)
        + f'<p class="lb-reading">{prose(READING)}</p>'
        + in_words(said(request, answer, exchange))
    )
    text = f"{finding(exchange, multi_value=multi_value)}\n{said(request, answer, exchange)}"
    return Card(f'<div class="lb-exchange">{body}</div>', plain(text), STYLES)


def finding(exchange: Exchange, *, multi_value: bool) -> str:
    """What the exchange shows, in one sentence."""
    if exchange.status == 0:
        return "Nothing was sent yet"
    if exchange.status == BAD_GATEWAY and exchange.code:
        return f"The caller gets 502, and never learns why: {exchange.reason}"
    lost = repeated(exchange.event)
    form = (
        "lists: a repeated name keeps all its values"
        if multi_value
        else "single values: of a repeated name the last is left"
    )
    return f"The caller gets {exchange.status}. The event carries {lost or form}"


def repeated(event: Any) -> str:
    """The values of a name that the event holds several of, said in words; empty where there is none."""
    many: Mapping[str, Any] = (
        (event or {}).get("multiValueQueryStringParameters") or {} if isinstance(event, Mapping) else {}
    )
    found = next(((name, values) for name, values in many.items() if len(values) > 1), None)
    return f"all values of `{found[0]}`: {', '.join(map(str, found[1]))}" if found else ""


def controls(samples: Sequence[Sample], *, multi_value: bool) -> str:
    """Answers to choose from, the switch of the target group, and the button."""
    chips = "".join(
        f'<button class="lb-chip-pick" data-answer="{escape(sample.answer)}">{prose(sample.name)}</button>'
        for sample in samples
    )
    checked = " checked" if multi_value else ""
    return (
        f'<div class="lb-ex-samples" role="group" aria-label="Answers to try"><span>Answer with</span>{chips}</div>'
        f'<div class="lb-ex-controls"><label><input type="checkbox" data-part="multi"{checked}> multi-value headers</label>'
        '<button class="lb-button" data-part="send">Send</button><span data-part="note" aria-live="polite"></span></div>'
    )


def stations(request: str, answer: str, exchange: Exchange) -> str:
    """The four boxes, in the order of the journey."""
    return (
        '<div class="lb-ex-grid">'
        + station(1, "HTTP: the caller asks", field_of("request", request, "The request"))
        + station(2, "JSON: your function is told", box("event", event_markup(exchange.event)))
        + station(3, "JSON: your function answers", field_of("answer", answer, "The function's answer"))
        + station(
            4,
            f"HTTP: the caller gets {badge(exchange.status)}",
            box("response", spaced(exchange.response)) + why(exchange),
        )
        + "</div>"
    )


def station(number: int, title: str, inside: str) -> str:
    """One numbered box; `title` is markup."""
    return f'<section class="lb-ex-station lb-ex-{number}"><p><b>{number}</b>{title}</p>{inside}</section>'


def field_of(part: str, text: str, label: str) -> str:
    """A text that the learner may change."""
    return f'<textarea data-part="{part}" aria-label="{label}" spellcheck="false">{escape(text)}</textarea>'


def box(part: str, markup: str) -> str:
    """A text that comes back."""
    return f'<pre data-part="{part}" tabindex="0">{markup}</pre>'


def badge(status: int) -> str:
    """The status as a small mark; a failure looks and reads differently."""
    if not status:
        return '<em class="lb-ex-status" data-part="status"></em>'
    kind = "lb-ex-bad" if status >= ERRORS_FROM else "lb-ex-good"
    return f'<em class="lb-ex-status {kind}" data-part="status">{status}</em>'


def why(exchange: Exchange) -> str:
    """Why the balancer refused the answer: what AWS tells its operator, not the caller."""
    return f'<p class="lb-ex-why" data-part="why">{why_markup(exchange)}</p>'


def why_markup(exchange: Exchange) -> str:
    """The reason and the access log's word for it, as markup."""
    if not exchange.code:
        return ""
    return prose(
        f"{exchange.reason[:1].upper()}{exchange.reason[1:]}. The balancer's access log says `{exchange.code}`."
    )


def spaced(text: str) -> str:
    """A text of HTTP as markup; the empty line before its body survives in saved notebooks (see `Card.html`)."""
    return escape(text).replace("\n\n", "\n&nbsp;\n", 1)


def event_markup(event: Any) -> str:
    """The event as indented JSON, what became of the query marked."""
    if event is None:
        return "the function was not called"
    return "\n".join(marked_lines(json.dumps(event, indent=1, ensure_ascii=False)))


def marked_lines(text: str) -> list[str]:
    """The lines of a JSON text; those of the query parameters as marked markup."""
    result, open_key = [], False
    for line in text.split("\n"):
        begins = any(line.startswith(f' "{key}"') for key in MARKED)
        open_key = begins or open_key
        result.append(f"<mark>{escape(line)}</mark>" if open_key else escape(line))
        if open_key and line.rstrip(",").endswith("}") and (line.startswith(" }") or begins):
            open_key = False
    return result


def said(request: str, answer: str, exchange: Exchange) -> str:
    """The four stations as text."""
    event = (
        "the function was not called"
        if exchange.event is None
        else json.dumps(exchange.event, ensure_ascii=False)
    )
    why_said = f"\nWhy: {exchange.reason} (access log: {exchange.code})" if exchange.code else ""
    return (
        f"1 The caller asks\n{request.strip()}\n2 Your function is told\n{event}\n3 Your function answers\n{answer.strip()}\n"
        f"4 The caller gets\n{exchange.response.strip()}{why_said}"
    )
