"""The family map: the deck's ten services "Serverless in AWS", placed by how they meet your function."""

from __future__ import annotations

from lambada_labs import facts
from lambada_labs.facts import Fact
from lambada_labs.ui.card import Card, picture, prose
from lambada_labs.ui.pick import Pick

ROW = 46
ROWS = 7
WAITS = ("apigateway", "cognito", "stepfunctions", "firehose")
HANDS_OVER = ("s3", "sns_sqs", "dynamodb")
BESIDE = ("aurora", "fargate")
GROUPS = (("wait for its answer", WAITS), ("hand it an event", HANDS_OVER), ("stand beside it", BESIDE))
LEFT_STEP = ROW * (ROWS - 1) / len(WAITS)


def family_map() -> Card:
    """Ten services around the function, by today's names; choosing one shows its role and what the deck called it."""
    found = {each.key.removeprefix("service."): each for each in facts.find("service.")}
    pick = Pick("family")
    # Lambda first: it is what the reader came for, and the panel is never empty.
    centre = node(pick, found["lambda"], "lb-fm-function", first=True)
    left = group(pick, found, *GROUPS[0])
    right = "".join(group(pick, found, name, keys) for name, keys in GROUPS[1:])
    drawing = pick.scope(
        f'<div class="lb-fm"><div class="lb-fm-left">{left}</div><div class="lb-fm-middle">{lines()}{centre}</div>'
        f'<div class="lb-fm-right">{right}</div></div>{pick.panels()}'
    )
    return picture(
        drawing,
        title="Four services wait for your function's answer, three hand it an event, two stand beside it",
        reading="Arrows show who calls. Choose a service, or walk with the arrow keys, to read its role. Names are today's.",
        text="\n".join(in_words(found)),
        styles=("pick.css", "family.css"),
    )


def group(pick: Pick, found: dict[str, Fact], name: str, keys: tuple[str, ...]) -> str:
    """A heading and its services."""
    nodes = "".join(node(pick, found[key]) for key in keys)
    return f'<p class="lb-fm-head">{name}</p>{nodes}'


def node(pick: Pick, service: Fact, kind: str = "", *, first: bool = False) -> str:
    """One service as a button."""
    said = f"{service.value}: {service.note}"
    button = pick.button(said, panel(service), shape="lb-fm-pick", first=first)
    return f'<div class="lb-fm-node {kind}">{button}{pick.label(prose(short(service)))}</div>'


def short(service: Fact) -> str:
    """The name without its maker: every one of them is Amazon's or AWS's."""
    return str(service.value).replace("Amazon ", "").replace("AWS ", "")


def panel(service: Fact) -> str:
    """The role sentence, and the deck's name where it was another."""
    then = (
        f'<p><small>The deck says "{prose(service.deck_value or "")}".</small></p>'
        if renamed(service)
        else ""
    )
    return f"<p><b>{prose(str(service.value))}</b></p><p>{prose(service.note)}</p>{then}"


def renamed(service: Fact) -> bool:
    """Whether the deck used another name."""
    return bool(service.deck_value) and service.deck_value != service.value


def lines() -> str:
    """The connections, drawn between the columns: arrows for callers, a plain line for neighbours."""
    middle = ROW * ROWS / 2
    left = [(ROW + LEFT_STEP * (index + 0.5)) for index in range(len(WAITS))]
    right = [ROW * (row + 0.5) for row in (1, 2, 3)]
    beside = [ROW * (row + 0.5) for row in (5, 6)]
    calls = "".join(curve(0, y, 27, middle + (y - middle) * 0.12) for y in left)
    calls += "".join(curve(100, y, 73, middle + (y - middle) * 0.12) for y in right)
    near = "".join(curve(100, y, 73, middle + (y - middle) * 0.12, kind="lb-fm-near") for y in beside)
    heads = '<i class="lb-fm-head-left"></i><i class="lb-fm-head-right"></i>'
    return f'<svg viewBox="0 0 100 {ROW * ROWS}" preserveAspectRatio="none" aria-hidden="true">{calls}{near}</svg>{heads}'


def curve(x1: float, y1: float, x2: float, y2: float, *, kind: str = "lb-fm-call") -> str:
    """A soft line from a service to the function."""
    bend = (x1 + x2) / 2
    return f'<path class="{kind}" d="M{x1} {y1:g}C{bend} {y1:g} {bend} {y2:g} {x2} {y2:g}"/>'


def in_words(found: dict[str, Fact]) -> list[str]:
    """The map as lines: group, service, role, and the deck's name."""
    lambda_ = found["lambda"]
    said = [f"{lambda_.value}: {lambda_.note}"]
    for name, keys in GROUPS:
        said.append(f"These {name}:")
        for key in keys:
            service = found[key]
            then = f' (the deck: "{service.deck_value}")' if renamed(service) else ""
            said.append(f"- {service.value}{then}: {service.note}")
    return said
