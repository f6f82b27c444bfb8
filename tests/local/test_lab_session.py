"""An open lab on a real local cloud: what each method shows, and what it keeps."""

import json
from dataclasses import replace

import pytest

from lambada_labs.labs import Progress, catalogue
from lambada_labs.labs.cleaning import Thing, clean, made_by
from lambada_labs.labs.stage import Stage
from lambada_labs.notebook import LabSession

HELLO = "lab00-hello"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "progress.json"


@pytest.fixture
def lab(cloud, path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    clean(catalogue.find("00"), cloud)
    return opened(cloud, path)


def opened(cloud, path):
    session = LabSession(catalogue.find("00"), cloud, Progress(path))
    session.reset()
    return session


def call(cloud, event):
    reply = cloud.client("lambda").invoke(FunctionName=HELLO, Payload=json.dumps(event))
    return json.load(reply["Payload"])


def test_opening_shows_the_lab_and_where_it_runs(lab):
    text = str(lab)
    assert text.startswith("Lab 00 · Start\nThere is a cloud on this machine, and it really runs code")
    assert "You are on the local cloud. It may cost you nothing." in text


def test_opening_again_keeps_what_the_learner_did(lab, cloud, path):
    cloud.client("lambda").update_function_configuration(FunctionName=HELLO, MemorySize=256)
    again = LabSession(catalogue.find("00"), cloud, Progress(path))
    again.prepare()
    assert cloud.client("lambda").get_function_configuration(FunctionName=HELLO)["MemorySize"] == 256


def test_a_passed_check_is_kept(lab, cloud, path):
    assert "Check your-name: not yet" in str(lab.check("your-name"))
    call(cloud, {"name": "Ada"})
    assert "Check your-name: passed" in str(lab.check("your-name"))
    assert Progress(path).passed("00_start") == {"your-name"}


def test_hints_get_plainer_and_follow_the_last_call(lab, cloud):
    assert [str(lab.hint("your-name"))[:11] for _ in range(3)] == [
        "Hint 1 of 2",
        "Hint 2 of 2",
        "Hint 2 of 2",
    ]
    call(cloud, {"Name": "Ada"})
    assert "Compare the spelling" in str(lab.hint("your-name"))
    call(cloud, {"name": "Ada"})
    assert "nothing to hint at" in str(lab.hint("your-name"))


def test_the_solution_is_the_solved_notebooks(lab):
    assert 'event = {"name": "Ada"}' in str(lab.solution("your-name"))


def test_a_guess_is_kept_shown_and_summed_up(lab, path):
    lab.predict("three-ways", guess=3)
    assert "You counted callers" in str(lab.reveal("three-ways", 1))
    assert Progress(path).predictions("00_start")["three-ways"] == {"guess": 3, "truth": 1, "right": False}
    lab.predict("after-change", guess="cold")
    lab.reveal("after-change", "cold")
    assert "You guessed right 1 of 2" in str(lab.predictions())


def test_without_a_guess_there_is_no_verdict(lab):
    assert "No guess this time" in str(lab.reveal("three-ways", 1))
    assert "You made no guess" in str(lab.predictions())


def test_a_watch_sees_its_own_calls_only(lab, cloud):
    call(cloud, {"name": "before"})
    with lab.watch(HELLO) as seen:
        call(cloud, {"name": "one"})
        call(cloud, {"name": "two"})
    call(cloud, {"name": "after"})
    assert (len(seen.records), seen.environments, seen.cold_starts) == (2, 1, 0)
    assert str(seen).startswith("2 invocations, 1 execution environment, 0 cold starts")


def test_the_timeline_and_the_bill_know_all_calls(lab, cloud):
    call(cloud, {"name": "one"})
    call(cloud, {"name": 2})
    assert "2 invocations, 1 execution environment, 1 cold start" in str(lab.timeline(HELLO))
    assert str(lab.bill()).startswith("2 invocations in lab 00")
    assert 10_000 < lab.calls_per_cent(HELLO) < 50_000


def test_a_fresh_name_begins_a_new_life(lab, cloud):
    call(cloud, {"name": "one"})
    assert lab.fresh(HELLO) == HELLO
    assert lab.environments(HELLO) == 0
    lab.prepare()
    call(cloud, {"name": "two"})
    assert lab.environments(HELLO) == 1


def test_an_empty_bill_says_so(lab):
    assert "Nothing has run yet" in str(lab.bill())
    assert "Nothing has run yet" in str(lab.bill_at_scale(HELLO, [10]))


def test_clean_up_lists_deletes_and_asks_again(lab, cloud):
    call(cloud, {"name": "one"})
    text = str(lab.clean_up())
    assert text.startswith("Nothing is left: 1 function, 1 role, 1 log group deleted")
    assert text.endswith("Asked the cloud again after deleting: 0 left.")
    assert made_by(catalogue.find("00"), cloud) == []
    assert str(lab.clean_up()).startswith("Nothing to delete, nothing is left")


def test_clean_up_finds_by_tag_and_leaves_other_labs_alone(lab, cloud):
    stage = Stage(cloud, lab.tags)
    role = stage.role("lab00-own-role")
    code = cloud.client("lambda")
    for name, tags in (
        ("my-own-name", lab.tags),
        ("lab01-hello", {}),
        ("somebody-elses", {"lambada:lab": "01_first_function"}),
    ):
        Stage(cloud, tags).function(
            name, code=_code(), handler="hello.handler", runtime="python3.13", role=role
        )
    lab.clean_up()
    left = {each["FunctionName"] for each in code.list_functions()["Functions"]}
    assert left == {"lab01-hello", "somebody-elses"}
    for name in left:
        stage.free(name)


def _code():
    from lambada_labs.labs.catalogue.lab_00_checks import shipped_code

    return shipped_code()


def test_reset_goes_back_to_the_first_minute(lab, cloud, path):
    call(cloud, {"name": "Ada"})
    lab.check("your-name")
    lab.predict("three-ways", guess=3)
    lab.reset()
    assert Progress(path).passed("00_start") == set()
    assert "not yet" in str(lab.check("your-name"))
    assert Thing("function", HELLO) in made_by(catalogue.find("00"), cloud)


def test_our_errors_and_awss_are_cards(lab, cloud):
    assert "No task is called 'yourname'" in str(lab.check("yourname"))
    assert "your-name or more-memory" in str(lab.check("yourname"))
    lab.clean_up()
    assert "AWS answered ResourceNotFoundException: Function not found" in str(lab.check("two-languages"))


def test_progress_moves_as_one_file(lab, cloud, tmp_path):
    call(cloud, {"name": "Ada"})
    lab.check("your-name")
    lab.export_progress("mine.json")
    lab.reset()
    assert "done: Greet yourself" not in str(lab.progress())
    lab.import_progress("mine.json")
    assert "done: Greet yourself" in str(lab.progress())


def test_a_damaged_progress_is_told_when_the_lab_opens(cloud, path):
    path.write_text("{")
    lab = LabSession(catalogue.find("00"), cloud, Progress(path))
    assert "was set aside" in str(lab)


def test_a_lab_cleans_the_kinds_that_it_says_it_makes(cloud):
    plain = catalogue.find("00")
    more = replace(plain, makes=("HTTP API", "target group", "bucket"))
    gateway, elb, s3 = (cloud.client(name) for name in ("apigatewayv2", "elbv2", "s3"))
    for _ in range(2):
        gateway.create_api(Name="lab00-api", ProtocolType="HTTP")
    elb.create_target_group(Name="lab00-group", TargetType="lambda")
    s3.create_bucket(Bucket="lab00-things")
    s3.put_object(Bucket="lab00-things", Key="one", Body=b"1")
    other = gateway.create_api(Name="mine", ProtocolType="HTTP")["ApiId"]
    clean(plain, cloud)
    assert [thing for thing in made_by(more, cloud) if thing.kind != "role"] == [
        Thing("HTTP API", "lab00-api"),
        Thing("HTTP API", "lab00-api"),
        Thing("target group", "lab00-group"),
        Thing("bucket", "lab00-things"),
    ]
    assert clean(more, cloud).left == ()
    assert made_by(more, cloud) == []
    assert [api["ApiId"] for api in gateway.get_apis()["Items"]] == [other]
