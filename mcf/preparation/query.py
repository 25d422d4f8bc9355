"""Conditions on a manifest, written as in Python."""

import ast

import pyarrow as pa
from pyarrow import compute


def _is_in(value: compute.Expression, choices: list) -> compute.Expression:
    """Arrow's ``isin`` says false of a missing value; here that is missing, too."""
    unknown = pa.scalar(None, pa.bool_())
    return compute.if_else(value.is_valid(), value.isin(choices), unknown)


COMPARISONS = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.In: _is_in,
    ast.NotIn: lambda a, b: ~_is_in(a, b),
}


def parse_query(text: str, columns: list[str]) -> compute.Expression:
    """Condition such as ``size >= 80 and source_NSFW in ('UNLIKELY', 'UNSURE')``.

    Names are columns; there are comparisons, ``in``, ``and``, ``or``, ``not``,
    brackets, numbers and text. Nothing is executed. A row in which a value is missing
    meets no condition on it.

    Args:
        text: The condition.
        columns: Columns there are.

    Raises:
        ValueError: If it says anything else, naming it.
    """
    try:
        return _condition(ast.parse(text, mode="eval").body, columns)
    except (SyntaxError, TypeError, ValueError) as error:
        raise ValueError(f"the query {text!r} cannot be read: {error}") from error


def _condition(node: ast.expr, columns: list[str]) -> compute.Expression:
    if isinstance(node, ast.BoolOp):
        first, *rest = (_condition(value, columns) for value in node.values)
        for other in rest:
            first = first & other if isinstance(node.op, ast.And) else first | other
        return first
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return ~_condition(node.operand, columns)
    if isinstance(node, ast.Compare) and all(
        type(op) in COMPARISONS for op in node.ops
    ):
        terms = [_term(term, columns) for term in (node.left, *node.comparators)]
        first, *rest = (
            _compare(op, left, right)
            for op, left, right in zip(node.ops, terms, terms[1:])
        )
        for other in rest:
            first = first & other
        return first
    raise ValueError(f"{ast.unparse(node)!r} is no comparison")


def _compare(op: ast.cmpop, left: object, right: object) -> compute.Expression:
    among = isinstance(op, ast.In | ast.NotIn)
    if isinstance(left, list) or isinstance(right, list) != among:
        raise ValueError(
            "lists of values stand to the right of `in` only, and nothing else does, "
            "as in `column in (1, 2)`"
        )
    return COMPARISONS[type(op)](left, right)


def _term(node: ast.expr, columns: list[str]) -> object:
    if isinstance(node, ast.Name):
        if node.id not in columns:
            raise ValueError(f"no column {node.id!r}; there are {columns}")
        return compute.field(node.id)
    try:
        value = ast.literal_eval(node)
    except ValueError:
        raise ValueError(f"{ast.unparse(node)!r} is no column or value") from None
    if isinstance(value, tuple | list | set):
        return sorted(value)
    return compute.scalar(value)
