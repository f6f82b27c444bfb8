"""Every task's solution is found in the solved notebook, and in no learner's."""

import json

import pytest

from lambada_labs import files
from lambada_labs.labs import catalogue
from lambada_labs.notebook.solution import solution_code

TASKS = [(lab, task.id) for lab in catalogue.labs() if lab.ready for task in lab.tasks]


@pytest.mark.parametrize(("lab", "task"), TASKS, ids=lambda value: getattr(value, "number", value))
def test_each_task_has_a_solution(lab, task):
    code = solution_code(lab, task)
    learner = files.notebooks(f"{lab.file}.ipynb").read_text()
    assert code.strip()
    assert json.dumps(code)[1:-1] not in learner


@pytest.mark.parametrize("lab", [lab for lab in catalogue.labs() if lab.ready], ids=lambda lab: lab.number)
def test_the_notebook_asks_for_every_task_and_every_prediction(lab):
    text = files.notebooks(f"{lab.file}.ipynb").read_text()
    cells = "".join("".join(cell["source"]) + "\n" for cell in json.loads(text)["cells"])
    assert all(f'lab.check("{task.id}"' in cells for task in lab.tasks)
    assert all(f'lab.predict("{asked.id}")' in cells for asked in lab.questions)
    assert all(f'lab.reveal("{asked.id}"' in cells for asked in lab.questions)
