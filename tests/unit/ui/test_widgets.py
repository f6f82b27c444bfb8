"""Widgets hold their state in the kernel, tell who listens, and have a static twin."""

import re
import subprocess
import sys

import pytest
import specimens

from lambada_labs import ui
from lambada_labs.errors import BadInput


def mimes(widget):
    data, _ = widget._repr_mimebundle_()
    return sorted(data)


def without_ids(html):
    """Element ids are new in every drawing, so that two cards on a page never share one."""
    return re.sub(r"lb-\w+-[0-9a-f]{8}", "id", html)


def widgets():
    return {
        "servers": ui.servers_against_functions(),
        "quiz": ui.quiz(specimens.QUIZ),
        "prediction": ui.prediction("How many?", unit="environments"),
        "button": ui.invoke_button(lambda: "done"),
        "calculator": ui.calculator(),
    }


@pytest.mark.parametrize("name", ["servers", "quiz", "prediction", "button", "calculator"])
def test_a_widget_has_a_static_twin_and_a_text(name):
    widget = widgets()[name]
    assert mimes(widget) == ["application/vnd.jupyter.widget-view+json", "text/html", "text/plain"]
    data, _ = widget._repr_mimebundle_()
    assert data["text/plain"] == str(widget) == repr(widget)
    assert without_ids(data["text/html"]) == without_ids(widget.still().html)


@pytest.mark.parametrize("name", ["servers", "quiz", "prediction", "button", "calculator"])
def test_a_widget_loads_no_other_host(name):
    widget = widgets()[name]
    assert "http" not in widget._esm.replace("http://www.w3.org", "")
    assert "@import" not in widget._css


def test_a_guess_is_kept_and_told():
    heard = []
    box = ui.prediction("How many?", unit="environments", on_guess=heard.append)
    box.entry = "3"
    box.entry = "1,000.5"
    assert heard == [3, 1000.5]
    assert box.value == 1000.5
    assert "Kept: 1,000.5 environments. Now run the next cell." in str(box)


def test_a_guess_of_one_is_one_call():
    assert ui.questions.kept(1, "calls") == "Kept: 1 call. Now run the next cell."


def test_a_guess_that_is_no_number_is_no_guess():
    box = ui.prediction("How many?")
    box.entry = "many"
    assert box.value is None


def test_a_choice_is_kept_as_it_is():
    box = ui.prediction("Which?", kind="choice", choices=("a", "b"), value="a")
    box.entry = "b"
    assert box.value == "b"


def test_the_quiz_gives_reasons_for_wrong_answers_too():
    heard = []
    quiz = ui.quiz(specimens.QUIZ, on_answer=lambda *said: heard.append(said))
    assert quiz.answer("who", 0) is False
    assert "Not this one. The service did its job" in str(quiz)
    assert quiz.answer("who", 1) is True
    assert heard == [("who", 0, False), ("who", 1, True)]
    assert quiz.score == "1 of 2 right"
    assert quiz.answered == {"who": 1}


def test_the_quiz_remembers_earlier_answers():
    quiz = ui.quiz(specimens.QUIZ, answered={"who": 1, "night": 0})
    assert quiz.score == "2 of 2 right"


def test_a_click_of_the_browser_answers_the_quiz():
    quiz = ui.quiz(specimens.QUIZ)
    quiz._handle_custom_msg({"question": "night", "answer": 0}, [])
    assert quiz.answered == {"night": 0}


def test_the_button_runs_in_the_kernel():
    answers = iter(["first", "second"])
    button = ui.invoke_button(lambda: next(answers))
    button._handle_custom_msg({"run": True}, [])
    assert button.answer == "first"
    assert button.click() == "second"
    assert button.busy is False


def test_a_failing_button_says_so():
    def fail():
        raise BadInput("memory_mb=64", "128 or more")

    assert ui.invoke_button(fail).click() == "BadInput: memory_mb=64. Expected: 128 or more."


def test_the_peak_snaps_to_a_drawn_day():
    day = ui.servers_against_functions(peak=123)
    assert day.peak == 125
    day.peak = 1
    assert day.peak == 5
    assert "5 requests per second" in str(day)


class FakeLambda:
    """Enough of boto3's Lambda client for the console."""

    def __init__(self, names):
        self.names = names

    def get_paginator(self, _):
        return self

    def paginate(self):
        functions = [
            {"FunctionName": name, "Runtime": "python3.12", "MemorySize": 128, "Timeout": 3}
            for name in self.names
        ]
        return [{"Functions": functions}]

    def invoke(self, **asked):
        import io

        body = b'{"errorMessage": "no"}' if asked["Payload"] == b"[]" else b'{"ok": true}'
        failed = {"FunctionError": "Unhandled"} if asked["Payload"] == b"[]" else {}
        return {"StatusCode": 200, "Payload": io.BytesIO(body), "LogResult": "U1RBUlQ=", **failed}


class FakeCloud:
    """A cloud that knows Lambda and refuses the rest."""

    name, region, account_id = "local", "us-east-1", "000000000000"

    def __init__(self, *names):
        self.names = names

    def client(self, service, **_):
        if service != "lambda":
            raise RuntimeError(f"{service} is down")
        return FakeLambda(self.names)


def test_the_console_lists_functions():
    console = ui.console(FakeCloud("hello"))
    assert console.rows == [
        {"name": "hello", "runtime": "python3.12", "memory": "128 MB", "timeout": "3 s", "state": "Active"}
    ]
    assert str(console).splitlines()[0] == "local cloud, us-east-1: functions"


def test_the_console_tests_a_function():
    console = ui.console(FakeCloud("hello"))
    assert console.test("hello", "{}") == 'HTTP 200\n{\n  "ok": true\n}\n\nSTART'
    assert console.test("hello", "[]").startswith("HTTP 200 · FunctionError: Unhandled")


def test_the_console_turns_an_error_into_a_sentence():
    console = ui.console(FakeCloud("hello"))
    console._handle_custom_msg({"do": "open", "shelf": "queues"}, [])
    assert (console.problem, console.shelf, console.busy) == ("sqs is down", "functions", False)


def test_an_empty_console_says_what_to_do():
    assert "Create one with `create_function`" in str(ui.console(FakeCloud()))


def test_importing_ui_imports_nothing_heavy():
    code = "import sys; from lambada_labs import ui; print([m for m in ('anywidget','ipywidgets','altair','pandas','boto3','IPython') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_altair_is_imported_without_the_slow_grammar_and_charts_draw_from_the_shipped_bundle():
    code = (
        "import sys; from lambada_labs import ui; alt = ui.altair()\n"
        "chart = ui.chart(alt.Chart(alt.Data(values=[{'x': 1}])).mark_point().encode(x='x:Q'), title='T', reading='R')\n"
        "print(str(chart), chart._repr_mimebundle_()['text/plain'] == str(chart))\n"
        "print(sys.modules['rfc3987_syntax'], 'https://esm.sh' in chart.chart._esm, len(chart.chart._esm) > 500_000, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["T", "R", "True", "None", "False", "True", "False"]


def test_the_bundle_fits_the_installed_altair():
    import importlib.metadata

    from lambada_labs.ui import assets

    first = assets.read("altair_bundle.js").splitlines()[0]
    assert f"from altair {importlib.metadata.version('altair')}:" in first
