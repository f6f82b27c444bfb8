"""Every number in the gallery of wrong calculators is computed here again, the wrong ones too."""

import ast
import math
import re
from decimal import Decimal

import pytest

from lambada_labs import units
from lambada_labs.errors import BadInput
from lambada_labs.labs import slips

ALL = slips.slips()
NUMBER = re.compile(r"-?[\d,]+(\.\d+)?")
EACH = pytest.mark.parametrize("slip", ALL, ids=lambda slip: slip.id)


class Exact(ast.NodeTransformer):
    """Every number of a line as a Decimal."""

    def visit_Constant(self, node):
        number = ast.parse(f"Decimal('{node.value!r}')", mode="eval").body
        return ast.copy_location(number, node)


def computed(lines):
    """What each of these lines assigns, in order."""
    names, values = {"Decimal": Decimal, "ceil": lambda number: Decimal(math.ceil(number))}, []
    for line in lines:
        tree = ast.fix_missing_locations(Exact().visit(ast.parse(line)))
        exec(compile(tree, line, "exec"), names)
        values.append(names[tree.body[0].targets[0].id])
    return values


def shown(value):
    """The number in `$1,234.50` or `5,000,000 GB-s`."""
    return Decimal(NUMBER.search(value)[0].replace(",", ""))


@EACH
def test_every_step_comes_to_what_it_shows(slip):
    for step, value in zip(slip.steps, computed(step.code for step in slip.steps), strict=True):
        places = Decimal("0.01") if step.value.startswith("$") else Decimal("0.1")
        assert value.quantize(places) == shown(step.value).quantize(places), step.code


@EACH
def test_with_the_mended_step_the_bill_is_aws_own(slip):
    lines = [slip.mended.code if step.wrong else step.code for step in slip.steps]
    values = computed(lines)
    assert values[-1] == slip.aws
    assert round(values[slip.wrong], 2) == round(shown(slip.mended.value), 2)


@EACH
def test_the_wrong_step_changes_the_bill_and_says_why(slip):
    assert units.cents(slip.total) != units.cents(slip.aws)
    assert all(len(step.feedback) > 20 and step.feedback.endswith(".") for step in slip.steps)
    assert slip.mended.code.partition(" = ")[0] == slip.steps[slip.wrong].code.partition(" = ")[0]


def test_the_wrong_step_is_not_always_in_the_same_place():
    assert len({slip.wrong for slip in ALL}) > 2


def test_found_are_those_whose_wrong_step_was_picked():
    assert slips.found({"storage": 3, "increment": 1, "average": 1}) == {"storage", "average"}
    assert slips.found({}) == frozenset()


def test_a_storage_slip_is_right_at_one_gb_only():
    slip = next(each for each in ALL if each.id == "storage")
    at_one = [step.code.replace("3072", "1024") for step in slip.steps]
    mended = [slip.mended.code if "storage =" in line else line for line in at_one]
    assert computed(at_one) == computed(mended)


@pytest.mark.parametrize(
    ("picked", "said"), [({"tax": 1}, "No slip is called 'tax'"), ({"average": 9}, "average has no step 9")]
)
def test_a_slip_or_step_that_there_is_not_is_named(picked, said):
    assert slips.checked({"average": 1}) == {"average": 1}
    with pytest.raises(BadInput) as raised:
        slips.checked(picked)
    assert raised.value.seen == said
