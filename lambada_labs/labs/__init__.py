"""The labs: what each one asks, how it is judged, and what a learner has done. No HTML here."""

from lambada_labs.labs.check import CheckResult, Hint, Task
from lambada_labs.labs.evidence import Evidence
from lambada_labs.labs.lab import Lab
from lambada_labs.labs.package import package
from lambada_labs.labs.prediction import Outcome, Question
from lambada_labs.labs.progress import Progress

__all__ = [
    "CheckResult",
    "Evidence",
    "Hint",
    "Lab",
    "Outcome",
    "Progress",
    "Question",
    "Task",
    "package",
]
