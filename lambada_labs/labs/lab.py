"""What one lab is: its sentence, its tasks, its predictions, its starting state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from lambada_labs.errors import BadInput
from lambada_labs.labs.check import Task
from lambada_labs.labs.prediction import Question
from lambada_labs.labs.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A lab of the course; `ready` is false for those that the map only announces.

    `finding` is the one sentence it proves, `question` the one it answers, `minutes` an honest guess,
    `start` builds its starting state where there is one. Every resource's name begins with `prefix`; `makes`
    names the kinds of resources besides functions, roles and log groups, in the order of their deletion.
    """

    number: str
    slug: str
    title: str
    question: str
    minutes: int
    finding: str = ""
    cost: str = "nothing here; less than one cent on a real account"
    outcomes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    questions: tuple[Question, ...] = ()
    recap: tuple[str, ...] = ()
    further: tuple[tuple[str, str], ...] = ()
    start: Callable[[Stage], None] | None = None
    makes: tuple[str, ...] = ()
    ready: bool = False

    @property
    def file(self) -> str:
        """Number and slug: the stem of its notebook, handlers and quiz."""
        return f"{self.number}_{self.slug}"

    @property
    def prefix(self) -> str:
        """How the name of everything begins that this lab makes."""
        return f"lab{self.number}-"

    @property
    def tags(self) -> dict[str, str]:
        """The tag of everything that this lab makes and that AWS lets one tag."""
        return {"lambada:lab": self.file}

    def task(self, name: str) -> Task:
        """The task of this id; raises `BadInput`, naming the ones there are."""
        found = next((task for task in self.tasks if task.id == name), None)
        return found or _unknown("task", name, [task.id for task in self.tasks])

    def asked(self, name: str) -> Question:
        """The prediction of this id; raises `BadInput`, naming the ones there are."""
        found = next((question for question in self.questions if question.id == name), None)
        return found or _unknown("prediction", name, [question.id for question in self.questions])


def _unknown(what: str, name: str, known: list[str]) -> NoReturn:
    raise BadInput(
        f"No {what} is called {name!r}", expected=" or ".join(known), todo="Use one of these names"
    )
