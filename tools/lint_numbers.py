"""Find AWS numbers typed into code: they live in `data/facts.json` and `data/prices/` and are read by name.

A number counts as AWS's when a fact has it and it is distinctive (`900`, `10240`, `6291556`, `0.0000166667`;
not `3`, `128`, `1000`). Products of literals and `Decimal("...")` count too. A line that means
something else says so: `# not AWS's: <what it is>`.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXCUSE = "# not AWS's:"
SMALLEST_WHOLE = 400
COMMON = {
    400,
    500,
    512,
    600,
    1000,
    1024,
    2000,
    2048,
    3600,
    4096,
    10_000,
    60_000,
    65_536,
    86_400,
    262_144,
    1_000_000,
    1_048_576,
}
SMALL = Decimal("0.001")
SIGNIFICANT = 3
PRICES = {Decimal("0.20"), Decimal("0.60")}  # only as Decimal: as floats they are everywhere
FOLDED = {ast.Mult: lambda a, b: a * b, ast.Pow: lambda a, b: a**b, ast.Add: lambda a, b: a + b}
LARGEST_EXPONENT = 64


def distinctive() -> dict[Decimal, str]:
    """AWS's numbers that hardly mean anything else, with the fact that has them."""
    raw = json.loads((ROOT / "data" / "facts.json").read_text(encoding="utf-8"), parse_float=Decimal)
    found: dict[Decimal, str] = {}
    for fact in raw["facts"]:
        for number in numbers(fact["value"]):
            if is_distinctive(number):
                found.setdefault(number, fact["key"])
    return found


def numbers(value: object) -> Iterator[Decimal]:
    """Every number in a fact's value, tables included."""
    if isinstance(value, int | Decimal):
        yield Decimal(value)
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from numbers(part)


def is_distinctive(number: Decimal) -> bool:
    """Whether this number in code would be AWS's and nobody else's."""
    if number == number.to_integral_value():
        return number >= SMALLEST_WHOLE and number not in COMMON
    digits = len(number.normalize().as_tuple().digits)
    return 0 < number < SMALL or (number < 1 and digits >= SIGNIFICANT)


def constant(node: ast.AST) -> Decimal | None:
    """The number that this expression of literals spells, if it is one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return None if isinstance(node.value, bool) else Decimal(repr(node.value))
    if isinstance(node, ast.BinOp) and type(node.op) in FOLDED:
        left, right = constant(node.left), constant(node.right)
        if left is None or right is None or (isinstance(node.op, ast.Pow) and right > LARGEST_EXPONENT):
            return None
        return FOLDED[type(node.op)](left, right)
    return None


def money(node: ast.AST) -> Decimal | None:
    """The number in `Decimal("...")`, if this is one."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Decimal"):
        return None
    try:
        return Decimal(str(node.args[0].value)) if isinstance(node.args[0], ast.Constant) else None
    except (InvalidOperation, IndexError):
        return None


def findings(path: Path, known: dict[Decimal, str]) -> Iterable[str]:
    """Each AWS number of this file, as `file:line: number, fact`."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        number, amount = constant(node), money(node)
        fact = known.get(number) if number is not None else known.get(amount) if amount is not None else None
        if amount in PRICES:
            fact = "lambda.request.usd_per_million"
        if fact and EXCUSE not in lines[node.lineno - 1]:
            yield f"{path}:{node.lineno}: {number or amount} is {fact!r}: read it from facts"


def main() -> int:
    """Print every finding; 1 where there is any."""
    given = [Path(name) for name in sys.argv[1:]]
    paths = given or sorted((ROOT / "lambada_labs").rglob("*.py"))
    known = distinctive()
    found = [line for path in paths for line in findings(path, known)]
    print("\n".join(found) or f"{len(paths)} modules, {len(known)} AWS numbers watched")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
