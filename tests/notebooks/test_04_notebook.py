"""Lab 04: its two notebooks run from top to bottom, and nobody sees a traceback."""

from notebook_runs import executed, learner, learner_then_solved, nbval, solved, tasks, verdicts

LAB = "04_asynchronous"


def test_the_solved_notebook_under_nbval(room):
    done = nbval(room, solved(LAB))
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_learner_notebook_under_nbval(room):
    done = nbval(room, learner(LAB))
    assert done.returncode == 0, done.stdout[-4000:]


def test_untouched_every_check_says_not_yet_and_solved_every_check_passes(room):
    seen = verdicts(executed(room, learner_then_solved(LAB)))
    assert seen == [(task, verdict) for verdict in ("not yet", "passed") for task in tasks(LAB)]
