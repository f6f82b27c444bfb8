"""One source, two notebooks: exercises for learners, solutions and expected outputs for the solved one."""

import importlib.util
from pathlib import Path

import jupytext
import pytest

ROOT = Path(__file__).parents[3]
SOURCE = """# %% [markdown] name="title"
# # A lab

# %% name="try" tags=["exercise", "task:t"]
value = ...

# %% name="try" tags=["solution", "task:t"]
value = 3

# %% name="print" tags=["nbval-check-output"]
print(value)
print("two")
#> 3
#> two
"""


@pytest.fixture(scope="module")
def builder():
    spec = importlib.util.spec_from_file_location("build_notebooks", ROOT / "tools" / "build_notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def cells():
    return jupytext.reads(SOURCE, fmt="py:percent").cells


def test_the_learner_gets_the_exercise_without_outputs(builder, cells):
    notebook = builder.build(cells, "learner")
    assert [cell.source for cell in notebook.cells] == [
        "# A lab",
        "value = ...",
        'print(value)\nprint("two")',
    ]
    assert notebook.cells[2].outputs == []
    assert "tags" not in notebook.cells[2].metadata
    assert notebook.cells[1].execution_count is None


def test_the_solved_one_has_the_solution_and_what_nbval_compares(builder, cells):
    notebook = builder.build(cells, "solved")
    assert [cell.source for cell in notebook.cells][1] == "value = 3"
    assert notebook.cells[2].outputs[0].text == "3\ntwo\n"
    assert notebook.cells[2].metadata["tags"] == ["nbval-check-output"]
    assert [cell.execution_count for cell in notebook.cells[1:]] == [1, 2]


def test_ids_are_the_names_of_the_cells(builder, cells):
    assert [cell.id for cell in builder.build(cells, "learner").cells] == ["md-title", "try", "print"]


def test_the_same_source_gives_the_same_notebook(builder, cells):
    assert builder.build(cells, "solved") == builder.build(
        jupytext.reads(SOURCE, fmt="py:percent").cells, "solved"
    )


def test_two_cells_of_one_name_are_refused(builder, cells):
    with pytest.raises(SystemExit, match="title"):
        builder.build([cells[0], *cells], "learner")


def test_a_cell_without_a_name_is_refused(builder, tmp_path):
    source = tmp_path / "99_x.py"
    source.write_text("# %%\nvalue = 1\n")
    with pytest.raises(SystemExit, match="value = 1"):
        builder.read(source)


def test_what_is_built_is_what_is_committed(builder, capsys):
    assert builder.main(check=True) == 0, capsys.readouterr().out
