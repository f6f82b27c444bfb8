"""The herd picture: each call a stroke, each way of retrying a panel, and the same in words."""

from dataclasses import dataclass

from lambada_labs.ui.herd import herd, run


@dataclass
class Call:
    caller: str
    sent_at: float
    answered_at: float
    answer: str = "200"
    failed: bool = False


def turned_away(caller, at):
    return Call(caller, at, at + 0.01, "TooManyRequestsException", failed=True)


HERD = [turned_away("b", 100.0), Call("a", 100.0, 100.1), turned_away("b", 100.2), Call("b", 100.4, 100.5)]


def test_times_count_from_the_first_call_and_each_client_is_a_row():
    found = run("waiting", reversed(HERD))
    assert [(each.row, round(each.sent, 2), each.ending) for each in found.attempts] == [
        (0, 0.0, "invoke"),
        (1, 0.0, "throttled"),
        (1, 0.2, "throttled"),
        (1, 0.4, "invoke"),
    ]
    assert (found.served, found.clients, found.busiest, round(found.seconds, 2)) == (2, 2, 2, 0.5)


def test_the_words_say_what_the_strokes_show():
    failing = [Call("a", 5.0, 5.1, "FunctionError", failed=True)]
    lines = str(herd({"waiting": HERD, "giving up": failing})).splitlines()
    assert lines[0] == "2 clients, one function. Calls it took: 4 waiting, 1 giving up"
    assert lines[1] == (
        "waiting: 2 of 2 clients served after 500 ms; 4 calls, 2 of them throttled, 0 failed; "
        "2 in the busiest tenth of a second."
    )
    assert lines[2] == (
        "giving up: 0 of 1 client served after 100 ms; 1 call, 0 of them throttled, 1 failed; "
        "1 in the busiest tenth of a second."
    )


def test_all_panels_have_one_scale_and_every_ending_its_own_stroke():
    body = herd({"waiting": HERD, "giving up": [Call("a", 5.0, 5.1, "500", failed=True)]}).body
    assert body.count('class="lb-herd-plot"') == 2
    assert 'class="lb-herd-throttled" d="M0.0 1.2v7.6M400.0 1.2v7.6"' in body
    assert 'class="lb-herd-failed" d="M0.0 5H200.0"' in body


def test_nobody_called():
    assert str(herd({})).startswith("Nobody called yet")
