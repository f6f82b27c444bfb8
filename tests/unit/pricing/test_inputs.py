"""Scenarios out of files: every shape, every refusal."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import Workload
from lambada_labs.pricing import Scenario, bill, price_book, scenario_from_json
from lambada_labs.pricing.flat import flat, nested
from lambada_labs.pricing.inputs import read_scenarios
from lambada_labs.pricing.parts import Logs

ONE = '{"memory_mb": 1536, "duration_ms": 120.5, "requests": 3000000}'
SCENARIO = Scenario(workload=Workload(memory_mb=1536, duration_ms=Decimal("120.5"), requests=3_000_000))

shares = st.decimals(0, 1, places=4)
scenarios = st.builds(
    Scenario,
    workload=st.builds(
        Workload,
        requests=st.integers(0, 10**12),
        duration_ms=st.decimals("0.01", 900_000, places=2),
        memory_mb=st.integers(128, 10_240),
        architecture=st.sampled_from(["x86_64", "arm64"]),
        spread=st.sampled_from(["steady", "typical", "long_tail"]),
        cold_share=shares,
        init_ms=st.decimals(0, 10_000, places=2),
        retry_share=shares,
        ephemeral_mb=st.integers(512, 10_240),
        event_kb=st.integers(0, 1024),
    ),
    region=st.sampled_from(["us-east-1", "sa-east-1", "cn-north-1"]),
    free_tier=st.booleans(),
    parts=st.sampled_from([(), (Logs(),), (Logs(kb_per_request=Decimal("2.5"), months_kept=3),)]),
)


@pytest.mark.parametrize("number", ["1e400", "1e999999999", "-1e30", "1e-999999999", 10**19])
@pytest.mark.parametrize("name", ["memory_mb", "duration_ms", "requests", "cold_share"])
def test_a_number_too_large_or_small_is_refused_without_being_written_out(name, number):
    with pytest.raises(BadInput, match="at most 18 digits before the point"):
        scenario_from_json({"memory_mb": 128, "duration_ms": 1, "requests": 1, name: number})


def test_the_largest_month_that_is_taken_can_be_shown():
    work = Workload(memory_mb=10_240, duration_ms=900_000, requests=2**53, retry_share=10_000)
    shown = str(bill(Scenario(workload=work, parts=(Logs(kb_per_request=10**18),)), price_book()))
    # 2**53 requests, 10,001 runs of each
    assert "90,080,999,746,664,660,992 requests" in shown


@given(scenarios)
def test_a_scenario_survives_its_json_and_its_flat_cells(scenario):
    assert scenario_from_json(scenario.to_json()) == scenario
    assert scenario_from_json(nested(flat(scenario))) == scenario


@pytest.mark.parametrize(
    "text",
    [
        ONE,
        f"[{ONE}]",
        f'\ufeff {{"inputs": {ONE}, "books": {{}}}}',
        f'{{"scenarios": [{{"inputs": {ONE}}}]}}',
        "memory_mb,duration_ms,requests\n1536,120.5,3000000\n",
        "requests, memory_mb ,duration_ms,logs.kb_per_request\r\n3000000,1536,120.5,\r\n",
    ],
)
def test_every_shape(text):
    assert [named.scenario for named in read_scenarios(text)] == [SCENARIO]


def test_one_json_object_a_line():
    text = '{"name": "a", "memory_mb": 128, "duration_ms": 1, "requests": 1}\n\n' + ONE
    assert [named.name for named in read_scenarios(text)] == ["a", ""]


def test_the_rows_of_an_exported_bill_stand_for_one_scenario_each():
    rows = ["name,memory_mb,duration_ms,requests,logs,book,line,amount"]
    rows += [
        f"{name},1536,120.5,3000000,,aws,{line},1" for name in ("A", "B") for line in ("requests", "duration")
    ]
    rows += ["C,128,1,1,on,deck,requests,2"]
    found = read_scenarios("\n".join(rows))
    assert [named.name for named in found] == ["A", "B", "C"]
    assert found[0].scenario == SCENARIO
    assert found[2].scenario.parts == (Logs(),)


def test_a_table_without_lines_may_hold_a_scenario_twice():
    assert len(read_scenarios("memory_mb,duration_ms,requests\n128,1,1\n128,1,1\n")) == 2


def test_an_export_keeps_what_it_came_to():
    found = read_scenarios(f'{{"inputs": {ONE}, "books": {{"aws": {{"total": "2.73"}}}}}}')
    assert found[0].before == {"aws": Decimal("2.73")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "No scenario is in there. Expected: a JSON object"),
        ("[]", "No scenario is in there"),
        ("hello", "This begins with 'hello'. Expected: a JSON object, a list of them"),
        ("{", "This is no JSON"),
        (f"{ONE}\n{{broken}}", "line 2 is no JSON"),
        ("[1]", "1. Expected: an object with memory_mb"),
        ('{"memory_mb": 1}', "duration_ms, requests missing"),
        ('{"memory": 1}', "Unknown key 'memory'"),
        (f'[{ONE}, {{"memory_mb": 1, "duration_ms": 1, "requests": 1}}]', "scenario 2: memory_mb=1"),
        ("memory_mb,duration_ms,requests\n128,1\n", "line 2 has not 3 cells"),
        ("memory_mb,duration_ms,requests\n128,1,1,1\n", "line 2 has not 3 cells"),
        ('memory_mb,duration_ms,requests\n"128,1,1', "is no CSV"),
        ('"memory_mb,duration_ms,requests\n128,1,1', "line 1 is no CSV"),
        ("memory_mb;duration_ms;requests\n128;1;1", "Separate the cells by commas, not semicolons"),
        ("memory_mb,requests,duration_ms,requests\n1,2,3,4", "'requests' stands there twice"),
        (
            "memory_mb,duration_ms,requests,parts,logs.kb_per_request\n128,1,1,5,2\n",
            "parts='5'. Expected: a part by its own name",
        ),
        ('{"memory_mb": 1, "memory_mb": 2}', "'memory_mb' stands there twice. Expected: each name once"),
        (ONE + '\n{"name": "a", "name": "b"}', "'name' stands there twice"),
        ("[" * 100_000, "This is no JSON (it is nested too deeply)"),
        ('{"memory_mb": 1e99999999999999999999}', "This is no JSON (a number in it has no end)"),
        (f'{{"inputs": {ONE}, "books": {{"aws": {{"total": "NaN"}}}}}}', "The export's books cannot be read"),
        (f'{{"inputs": {ONE}, "books": {{"aws": {{"total": [1]}}}}}}', "The export's books cannot be read"),
        (f'{{"inputs": {ONE}, "books": {{"aws": {{}}}}}}', "The export's books cannot be read"),
        (f'{{"inputs": {ONE}, "books": []}}', "The export's books cannot be read"),
        (ONE[:-1] + ', "free_tier": 1}', "free_tier=1. Expected: true or false"),
        (ONE[:-1] + ', "parts": []}', "parts=[]"),
        (ONE[:-1] + ', "parts": {"logs": 2}}', "logs=2. Expected: an object with its options"),
        (ONE[:-1] + ', "region": 3}', "region=3. Expected: a word"),
        (ONE[:-1] + ', "cold_share": true}', "cold_share=True. Expected: a number"),
        (ONE[:-1] + ', "cold_share": NaN}', "Expected: a number"),
    ],
)
def test_a_file_that_cannot_be_is_refused_in_a_sentence(text, said):
    with pytest.raises(BadInput) as refused:
        read_scenarios(text)
    assert said in str(refused.value)
