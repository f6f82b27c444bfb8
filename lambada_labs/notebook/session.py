"""An open lab: predictions, checks, hints, pictures and the bill of one learner on one cloud."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lambada_labs import facts, pricing, ui
from lambada_labs.cloud.port import Cloud
from lambada_labs.errors import LambadaError
from lambada_labs.labs import Evidence, Lab, Progress, catalogue, cleaning, quiz
from lambada_labs.labs.stage import Stage
from lambada_labs.model import InvocationRecord, LifeEvent
from lambada_labs.notebook import money
from lambada_labs.notebook.calm import calm
from lambada_labs.notebook.solution import solution_code
from lambada_labs.notebook.watch import Watch

POLL_S = 0.05
PATIENCE_S = 60


class LabSession:
    """What `open_lab` returns; every method that shows something returns it, so it stands last in a cell."""

    def __init__(self, lab: Lab, cloud: Cloud, progress: Progress) -> None:
        self._lab = lab
        self._cloud = cloud
        self._progress = progress
        self._evidence = Evidence(cloud, self._start)

    @property
    def tags(self) -> dict[str, str]:
        """Give this to everything you create: the clean-up finds it by this tag."""
        return self._lab.tags

    def prepare(self) -> None:
        """Build the starting state where it is missing, and the folder for the lab's files."""
        Path(f"lab{self._lab.number}").mkdir(exist_ok=True)
        if self._lab.start is not None:
            self._lab.start(self._stage)

    def fresh(self, name: str) -> str:
        """This function name, free: an older function of that name is deleted, so a cell can run twice."""
        self._stage.free(name)
        self._progress.keep_start(self._lab.file, name)
        return name

    def watch(self, function: str) -> Watch:
        """Watch what one function does while a `with` block runs."""
        return Watch(self._evidence, function)

    # Opening

    @calm
    def health(self) -> Any:
        """What this machine can and cannot do, and what each of it changes."""
        from lambada_labs.cloud.local.doctor import examine

        words = {"ok": "ok", "note": "limited", "problem": "missing"}
        rows = [
            {name: getattr(row, name) for name in ("name", "seen", "effect", "todo")}
            | {"state": words[row.state]}
            for row in examine()
        ]
        return ui.health_card(rows)

    @calm
    def course_map(self) -> Any:
        """All labs: question, minutes, what you need first, and how far you are."""
        return ui.course_map(catalogue.course_map.rows(catalogue.labs(), self._progress.passed))

    # Predict

    @calm
    def predict(self, question: str, guess: Any = None) -> Any:
        """Ask for a guess; it is kept. `guess` gives it without the box."""
        asked = self._lab.asked(question)
        if guess is not None:
            self._keep_guess(question, guess)
        return ui.prediction(
            asked.text,
            kind=asked.kind,
            choices=asked.choices,
            unit=asked.unit,
            value=self._progress.guess(self._lab.file, question),
            on_guess=lambda value: self._keep_guess(question, value),
        )

    @calm
    def reveal(self, question: str, truth: Any, picture: Watch | None = None) -> Any:
        """Your guess beside what was measured, and the sentence that explains the difference."""
        guess = self._progress.guess(self._lab.file, question)
        outcome = self._lab.asked(question).judge(guess, truth)
        self._progress.keep_outcome(self._lab.file, question, truth=truth, right=outcome.right)
        return ui.prediction_card(
            question=outcome.question,
            guess=guess,
            truth=truth,
            unit=self._lab.asked(question).unit,
            right=outcome.right,
            why=outcome.why,
            picture=picture.card if picture else None,
        )

    @calm
    def predictions(self) -> Any:
        """All your guesses of this lab, summed up."""
        kept = self._progress.predictions(self._lab.file)
        rows = [
            {"question": asked.text, **kept[asked.id]}
            for asked in self._lab.questions
            if "truth" in kept.get(asked.id, {})
        ]
        return ui.predictions_card(rows)

    # Check

    @calm
    def check(self, task: str) -> Any:
        """Judge a task by the state of the cloud: passed, or seen, expected, next step."""
        asked = self._lab.task(task)
        result = asked.check(self._evidence)
        if result.state == "passed":
            self._progress.mark_passed(self._lab.file, task)
        return ui.check_card(
            task=task,
            title=asked.title,
            state=result.state,
            seen=result.seen,
            expected=result.expected,
            next_step=result.next_step,
            meaning=result.meaning,
        )

    @calm
    def hint(self, task: str) -> Any:
        """A hint for what your own last call did; ask twice for the plainer one."""
        asked = self._lab.task(task)
        result = asked.check(self._evidence)
        if result.state == "passed":
            return ui.text_card("This task is done, there is nothing to hint at.")
        grade = min(2, self._progress.count_hint(self._lab.file, task, result.reason))
        return ui.hint_card(task=task, text=asked.hint(result).grade(grade), grade=grade)

    @calm
    def solution(self, task: str) -> Any:
        """The solution, folded; opening it is up to you."""
        return ui.solution_card(task=task, code=solution_code(self._lab, self._lab.task(task).id))

    # Pictures of what ran

    @calm
    def button(self, function: str, event: Mapping[str, Any], *, label: str = "Invoke") -> Any:
        """A button that invokes a function with this event and shows the answer."""
        return ui.invoke_button(lambda: self._answer(function, event), label=label, says=json.dumps(event))

    @calm
    def timeline(self, function: str | None = None) -> Any:
        """One lane for each execution environment, from left to right in time."""
        life = self._cloud.life(function)
        return ui.timeline(self._records(function), [event for event in life if self._mine(event)])

    def environments(self, function: str) -> int:
        """How many execution environments have worked for a function so far."""
        return len({record.environment_id for record in self._records(function)})

    @calm
    def states(self, created: Mapping[str, Any]) -> Any:
        """Watch a new function from Pending to Active; `created` is what create_function answered."""
        name, start = created["FunctionName"], time.monotonic()
        changes = [(0.0, str(created["State"]))]
        while changes[-1][1] == "Pending" and time.monotonic() - start < PATIENCE_S:
            state = str((self._evidence.function(name) or {}).get("State", "Failed"))
            if state != changes[-1][1]:
                changes.append((time.monotonic() - start, state))
            time.sleep(POLL_S)
        return ui.state_strip(changes, subject=name)

    @calm
    def log(self, reply: Mapping[str, Any]) -> Any:
        """The log tail of an answer (`LogType="Tail"`), annotated."""
        return ui.annotated_log(base64.b64decode(reply["LogResult"]).decode(errors="replace"))

    @calm
    def languages(self, functions: Mapping[str, str]) -> Any:
        """Init against invoke, language by language: `{"Python": "name of the function", …}`."""
        return ui.languages({language: self._records(name) for language, name in functions.items()})

    @calm
    def deck_and_today(self, prefix: str, *, title: str) -> Any:
        """What the deck says beside what is true today, from the facts whose names begin like this."""
        rows = [
            {"what": each.key.removeprefix(prefix), "deck": each.deck_value, "today": each.value}
            | {"differs": bool(each.differs), "source": each.source, "as_of": each.as_of}
            for each in facts.find(prefix)
        ]
        return ui.deck_and_today(rows, title=title)

    # Money

    @calm
    def bill(self) -> Any:
        """What the calls of this lab would cost, by both price books."""
        records = self._records()
        return ui.bill_card(
            pricing.bill_both(records),
            title=f"{len(records)} invocations in lab {self._lab.number}",
            driver=money.driver(records),
            per_run=pricing.bill_both(records[-1:], free_tier=False) if records else None,
        )

    @calm
    def bill_at_scale(self, function: str, runs: Sequence[int]) -> Any:
        """The last call of a function, this many times a month."""
        return ui.bill_at_scale(
            money.at_scale(self._records(function), runs),
            title=f"{function} at scale",
            reading="Same function, same milliseconds: only the number of runs differs. No runs, no bill.",
        )

    def calls_per_cent(self, function: str) -> int:
        """How many calls like the last one a cent buys, without the free tier."""
        return money.calls_per_cent(self._records(function))

    # Ending

    @calm
    def quiz(self) -> Any:
        """The questions of this lab; answers are kept."""
        return ui.quiz(
            quiz.questions(self._lab.file),
            on_answer=lambda question, index, _: self._progress.keep_answer(self._lab.file, question, index),
            answered=self._progress.answers(self._lab.file),
        )

    @calm
    def recap(self) -> Any:
        """The lab in a few lines, what to read on, and the next lab."""
        later = [lab for lab in catalogue.labs() if lab.number > self._lab.number and lab.ready]
        on = (f"{later[0].number} · {later[0].title}", f"{later[0].file}.ipynb") if later else None
        return ui.recap_card(self._lab.recap, further=self._lab.further, next_lab=on)

    def clean_up(self) -> Any:
        """Delete what this lab made, then ask the cloud again; raises `LambadaError` if anything is left."""
        cleaned = cleaning.clean(self._lab, self._cloud)
        self._progress.keep_start(self._lab.file)
        card = ui.cleanup_card(deleted=cleaned.deleted, left=cleaned.left)
        if cleaned.left:
            ui.show(card)
            names = ", ".join(thing.name for thing in cleaned.left)
            raise LambadaError(f"Still there: {names}", expected="nothing", todo="Run lab.clean_up() again")
        return card

    @calm
    def reset(self) -> Any:
        """Back to the first minute of this lab: its resources, guesses and checks are as new."""
        cleaned = cleaning.clean(self._lab, self._cloud)
        self._progress.forget(self._lab.file)
        self._progress.keep_start(self._lab.file)
        self.prepare()
        return ui.text_card(f"{len(cleaned.deleted)} things deleted, the lab starts anew.", title="Reset")

    @calm
    def progress(self) -> Any:
        """Which tasks are passed, and the file that knows it."""
        done = self._progress.passed(self._lab.file)
        lines = [f"{'done' if task.id in done else 'open'}: {task.title}" for task in self._lab.tasks]
        return ui.text_card("\n\n".join([*lines, f"Kept in {self._progress.path}"]), title="Your progress")

    @calm
    def export_progress(self, path: str = "lambada-progress.json") -> Any:
        """Write your progress in all labs to one file, to take with you."""
        return ui.text_card(f"Written to {self._progress.export(Path(path))}", title="Progress exported")

    @calm
    def import_progress(self, path: str = "lambada-progress.json") -> Any:
        """Take over the progress in an exported file."""
        self._progress.take_over(Path(path))
        return self.course_map()

    # What a cell shows whose last line is `lab`

    def _ipython_display_(self) -> None:
        ui.show(*self._cards())

    def __str__(self) -> str:
        return "\n\n".join(map(str, self._cards()))

    __repr__ = __str__

    def _cards(self) -> list[Any]:
        lab = self._lab
        title = ui.title_card(
            number=lab.number,
            title=lab.title,
            finding=lab.finding,
            minutes=lab.minutes,
            cost=lab.cost,
            outcomes=lab.outcomes,
            needs=[f"lab {number}" for number in lab.needs],
        )
        where = ui.opened_card(
            cloud="local cloud" if self._cloud.name == "local" else "account",
            region=self._cloud.region,
            account=self._cloud.account_id,
            note=self._progress.note,
        )
        return [title, where]

    @property
    def _stage(self) -> Stage:
        return Stage(self._cloud, self._lab.tags)

    def _start(self, function: str) -> float:
        return self._progress.start(self._lab.file, function)

    def _mine(self, happened: InvocationRecord | LifeEvent) -> bool:
        name = happened.function_name
        at = happened.at if isinstance(happened, LifeEvent) else happened.accepted_at
        return name.startswith(self._lab.prefix) and at >= self._start(name)

    def _records(self, function: str | None = None) -> list[InvocationRecord]:
        return sorted(
            filter(self._mine, self._cloud.records(function)), key=lambda record: record.accepted_at
        )

    def _keep_guess(self, question: str, guess: Any) -> None:
        self._progress.keep_guess(self._lab.file, question, guess)

    def _answer(self, function: str, event: Mapping[str, Any]) -> str:
        called = self._evidence.call(function, event)
        return json.dumps(called.answer)
