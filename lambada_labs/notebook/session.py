"""An open lab: predictions, checks, hints, pictures and the bill of one learner on one cloud."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from lambada_labs import ui
from lambada_labs.labs import catalogue, cleaning, quiz
from lambada_labs.labs.check import CheckResult, Task
from lambada_labs.notebook.calm import calm
from lambada_labs.notebook.door_bench import DoorBench
from lambada_labs.notebook.event_bench import EventBench
from lambada_labs.notebook.picture_bench import PictureBench
from lambada_labs.notebook.solution import solution_code
from lambada_labs.notebook.watch import Watch


class StillThere(AssertionError):
    """A clean-up has left something; the message names it."""

    def _render_traceback_(self) -> list[str]:
        return [f"Still there: {self}. Run lab.clean_up() again."]


class LabSession(EventBench, DoorBench, PictureBench):
    """What `open_lab` returns; every method that shows something returns it, so it stands last in a cell."""

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
            if kept.get(asked.id, {}).get("right") is not None
        ]
        if not rows:
            return ui.text_card("You made no guess in this lab. A wrong one would be its best moment.")
        return ui.predictions_card(rows)

    # Check

    @calm
    def check(self, task: str, answer: Any = None) -> Any:
        """Judge a task by the state of the cloud: passed, or seen, expected, next step.

        Where the task is a computation, hand its result over as `answer`.
        """
        asked = self._lab.task(task)
        self._handed[task] = answer
        result = self._judged(asked)
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
        result = self._judged(asked)
        if result.state == "passed":
            return ui.text_card("This task is done, there is nothing to hint at.")
        grade = min(2, self._progress.count_hint(self._lab.file, task, result.reason))
        return ui.hint_card(task=task, text=asked.hint(result).grade(grade), grade=grade)

    @calm
    def solution(self, task: str) -> Any:
        """The solution, folded; opening it is up to you."""
        return ui.solution_card(task=task, code=solution_code(self._lab, self._lab.task(task).id))

    # Ending

    @calm
    def quiz(self) -> Any:
        """The questions of this lab; answers are kept."""
        asked = quiz.questions(self._lab.file)
        kept = self._progress.answers(self._lab.file)
        return ui.quiz(
            asked,
            on_answer=lambda question, index, _: self._progress.keep_answer(self._lab.file, question, index),
            answered={each["id"]: kept[each["id"]] for each in asked if each["id"] in kept},
        )

    @calm
    def recap(self) -> Any:
        """The lab in a few lines, what to read on, and the next lab."""
        later = [lab for lab in catalogue.labs() if lab.number > self._lab.number and lab.ready]
        on = (f"{later[0].number} · {later[0].title}", f"{later[0].file}.ipynb") if later else None
        return ui.recap_card(self._lab.recap, further=self._lab.further, next_lab=on)

    @calm
    def clean_up(self) -> Any:
        """Delete what this lab made, then ask the cloud again; raises `StillThere` if anything is left."""
        self.true_clock()
        cleaned = cleaning.clean(self._lab, self._cloud)
        self._progress.keep_start(self._lab.file)
        card = ui.cleanup_card(deleted=cleaned.deleted, left=cleaned.left)
        if cleaned.left:
            ui.show(card)
            raise StillThere(", ".join(thing.name for thing in cleaned.left))
        return card

    @calm
    def reset(self) -> Any:
        """Back to the first minute of this lab: its resources, guesses and checks are as new."""
        self.true_clock()
        cleaned = cleaning.clean(self._lab, self._cloud)
        self._progress.forget(self._lab.file)
        self._handed.clear()
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

    def _judged(self, task: Task) -> CheckResult:
        """What the check says to the cloud as it is and to what the learner handed over last."""
        return task.check(replace(self._evidence, answer=self._handed.get(task.id)))

    def _keep_guess(self, question: str, guess: Any) -> None:
        self._progress.keep_guess(self._lab.file, question, guess)
