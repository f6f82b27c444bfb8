"""Where the APIs and load balancers of a cloud answer: links for the browser, a curl line for everything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from shlex import quote
from urllib.parse import urlsplit

from lambada_labs.cloud.port import DoorShown
from lambada_labs.ui.card import Card, heading, plain, prose
from lambada_labs.ui.timeline_words import plural

DEFAULT_STAGE = "$default"
NOTHING = "No API and no load balancer yet. Create one, then ask again."
HERE = (
    "The links open in the browser of the machine the cloud runs on. On the web the address would be the one "
    "under “on AWS”."
)
ELSEWHERE = (
    "Your browser runs on another machine than this cloud, so the links lead nowhere. Use the `curl` line in a cell "
    "(`!curl …`). Where `jupyter-server-proxy` is installed beside JupyterLab, load balancers open in the browser, too."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One address to open: `browser` is for a click, `plain` for curl and a proxy, `aws` its name on AWS."""

    name: str
    kind: str
    browser: str
    plain: str
    aws: str = ""

    @property
    def curl(self) -> str:
        """The command that asks it."""
        return f"curl -i {quote(self.plain)}"


def ways(doors: Iterable[DoorShown], path: str = "") -> list[Way]:
    """Every address of these doors: one for each stage that is part of the path."""
    found = []
    for door in doors:
        for stage in [one for one in door.stages if one != DEFAULT_STAGE] or [""]:
            rest = (f"{stage}/" if stage else "") + path.lstrip("/")
            name = f"{door.name}, stage {stage}" if stage else door.name
            found.append(
                Way(
                    name=name,
                    kind=door.kind,
                    browser=door.local_url + rest,
                    plain=door.plain_url + rest,
                    aws=door.aws_url + rest,
                )
            )
    return found


def doors_card(found: Sequence[Way]) -> Card:
    """The addresses as a list; in the widget the buttons copy and links that lead nowhere say so."""
    if not found:
        return Card(heading(NOTHING, kicker="Doors"), plain(NOTHING), tone="quiet")
    title = f"{plural(len(found), 'address')} to knock at".replace("addresss", "addresses")
    items = "".join(item(way) for way in found)
    body = (
        f'{heading(title, kicker="Doors")}<ul class="lb-doors">{items}</ul>'
        f'<p class="lb-reading" data-part="here">{prose(HERE)}</p>'
        f'<p class="lb-reading" data-part="elsewhere" hidden>{prose(ELSEWHERE)}</p><p class="lb-sr" role="status" data-part="said"></p>'
    )
    lines = [line for way in found for line in in_words(way)]
    return Card(body, "\n".join([title, *lines]), ("doors.css",))


def item(way: Way) -> str:
    """One address."""
    parts = urlsplit(way.plain)
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    aws = f"<small>on AWS: <code>{escape(way.aws)}</code></small>" if way.aws else ""
    return (
        f"<li><p><b>{escape(way.name)}</b> <span>{escape(way.kind)}</span></p>"
        f'<a href="{escape(way.browser)}" target="_blank" rel="noopener" data-port="{parts.port or ""}" '
        f'data-rest="{escape(rest)}">{escape(way.browser)}</a>{aws}'
        f'<div class="lb-doors-curl"><pre>{escape(way.curl)}</pre>'
        '<button type="button" class="lb-button lb-second lb-doors-copy" hidden>Copy</button></div></li>'
    )


def in_words(way: Way) -> list[str]:
    """One address as text."""
    on_aws = [f"  on AWS: {way.aws}"] if way.aws else []
    return [f"{way.name} ({way.kind}): {way.browser}", *on_aws, f"  {way.curl}"]
