"""What the trace header remembers of the functions in a chain."""

from __future__ import annotations

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from lambada_labs.runtime import lineage

ONE, OTHER = (f"arn:aws:lambda:us-east-1:123456789012:function:{name}" for name in ("one", "other"))


def test_it_counts_each_function_and_keeps_the_rest_of_the_header():
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    chain = reduce(lineage.extended, [ONE, OTHER, ONE], trace)
    assert chain.startswith(trace + ";Lineage=")
    assert [lineage.count(chain, arn) for arn in (ONE, OTHER)] == [2, 1]


def test_a_header_without_lineage_counts_nothing():
    assert [lineage.count(trace, ONE) for trace in (None, "", "Root=1-0-0", "Lineage=", "Lineage=x:y|z")] == [
        0
    ] * 5


def test_the_seventeenth_is_a_loop():
    chains = [reduce(lineage.extended, [ONE] * n, "Root=1-0-0") for n in range(1, 19)]
    assert [lineage.is_loop(chain, ONE) for chain in chains] == [False] * 16 + [True] * 2


@given(st.text(max_size=300))
def test_whatever_a_client_sends_can_be_extended(text):
    assert lineage.count(lineage.extended(text, ONE), ONE) >= 1


def test_a_long_chain_of_functions_keeps_the_header_short():
    chain = reduce(lineage.extended, [f"{ONE}{n}" for n in range(500)], "Root=1-0-0")
    assert len(chain) < 500
