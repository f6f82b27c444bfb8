"""The course at a glance: every lab with its question and minutes, and how far this learner is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from lambada_labs.labs.lab import Lab

State = Literal["done", "started", "ready", "coming"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRow:
    """One lab on the map; `done` of `tasks` checks are passed, `href` opens the notebook beside this one."""

    number: str
    slug: str
    title: str
    finding: str
    minutes: int
    needs: tuple[str, ...]
    state: State
    href: str | None
    done: int
    tasks: int


def rows(labs: Iterable[Lab], passed: Callable[[str], set[str]]) -> Iterator[CourseRow]:
    """The map; `passed` tells the passed tasks of a lab by its file name."""
    for lab in labs:
        done = len(passed(lab.file) & {task.id for task in lab.tasks})
        yield CourseRow(
            number=lab.number,
            slug=lab.slug,
            title=lab.title,
            finding=lab.question,
            minutes=lab.minutes,
            needs=lab.needs,
            state=_state(lab, done),
            href=f"{lab.file}.ipynb" if lab.ready else None,
            done=done,
            tasks=len(lab.tasks),
        )


def _state(lab: Lab, done: int) -> State:
    if not lab.ready:
        return "coming"
    if done == 0:
        return "ready"
    return "done" if done == len(lab.tasks) else "started"


def _announced(number: str, slug: str, title: str, minutes: int, *, question: str, needs: str = "") -> Lab:
    return Lab(
        number=number, slug=slug, title=title, minutes=minutes, question=question, needs=tuple(needs.split())
    )


ANNOUNCED = (
    _announced("00", "start", "Start", 10, question="Is there really a cloud on this machine?"),
    _announced(
        "01",
        "first_function",
        "First function",
        35,
        question="What do you bring, if not a server?",
        needs="00",
    ),
    _announced("02", "pricing", "Pricing", 40, question="What exactly do you pay for?", needs="01"),
    _announced(
        "03", "synchronous", "Synchronous", 35, question="What does the one who waits get to see?", needs="01"
    ),
    _announced(
        "04", "asynchronous", "Asynchronous", 40, question="Who retries when nobody waits?", needs="03"
    ),
    _announced(
        "05", "events", "Events", 40, question="Which services call your function, and when?", needs="04"
    ),
    _announced(
        "06",
        "event_source_mappings",
        "Event source mappings",
        40,
        question="Who fetches from queues and streams, and how fast?",
        needs="04",
    ),
    _announced(
        "07", "permissions", "Permissions", 35, question="Who may call it, and what may it do?", needs="03"
    ),
    _announced(
        "08", "function_urls", "Function URLs", 30, question="When is a web address all you need?", needs="07"
    ),
    _announced(
        "09", "configuration", "Configuration", 35, question="What does a megabyte more buy?", needs="02"
    ),
    _announced(
        "10",
        "execution_environment",
        "Execution environment",
        40,
        question="What is kept between two calls, and what is not?",
        needs="01",
    ),
    _announced(
        "11", "observability", "Observability", 35, question="How do you know what happened?", needs="03"
    ),
    _announced("12", "vpc", "VPC", 40, question="Why can it not reach the internet any more?", needs="07"),
    _announced("13", "edge", "Edge", 40, question="What is worth running next to the viewer?", needs="08"),
    _announced(
        "14",
        "concurrency",
        "Concurrency",
        45,
        question="How many at once, and who is turned away?",
        needs="10",
    ),
    _announced(
        "15", "deployment", "Deployment", 40, question="How does new code arrive without a bang?", needs="07"
    ),
    _announced(
        "16",
        "best_practices",
        "Best practices",
        45,
        question="What would you do differently now?",
        needs="14 15",
    ),
)
