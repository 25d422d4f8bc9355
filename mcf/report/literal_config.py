"""A dumped config, read without running it."""

import ast
from pathlib import Path

from mcf.report.run_folder import read_bounded

MAX_BYTES = 2**20
MAX_DEPTH = 64


def read_literal_config(path: Path) -> tuple[dict[str, object], str]:
    """Settings of a config that MMEngine has dumped, and its text.

    Such a file assigns literals to names and does nothing else: strings, numbers,
    lists, tuples, dicts, also as ``dict(name=value)`` or ``dict({key: value})``.
    Configs in general are programs that run when they are read; this one comes with a
    run, from whomever.

    Args:
        path: ``<run>/<start>/vis_data/config.py``.

    Raises:
        ValueError: If it is larger than 1 MiB, no Python, or holds anything else.
    """
    text = read_bounded(path, MAX_BYTES).decode("utf-8", "replace")
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{path} is no config: {error}") from error
    settings = {}
    for statement in body:
        if not (
            isinstance(statement, ast.Assign)
            and len(statement.targets) == 1
            and isinstance(statement.targets[0], ast.Name)
        ):
            raise _refusal(path, statement)
        settings[statement.targets[0].id] = _value(statement.value, path, 0)
    return settings, text


def _value(node: ast.expr, path: Path, depth: int) -> object:
    """Value of a literal, or of ``dict(...)`` with literals."""
    if depth > MAX_DEPTH:
        raise ValueError(f"{path}, line {node.lineno}: nested over {MAX_DEPTH} deep")
    below = depth + 1
    if isinstance(node, (ast.List, ast.Tuple)):
        values = [_value(part, path, below) for part in node.elts]
        return values if isinstance(node, ast.List) else tuple(values)
    if isinstance(node, ast.Dict) and None not in node.keys:
        keys = [_plain(key, path) for key in node.keys]
        return dict(zip(keys, (_value(part, path, below) for part in node.values)))
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "dict"
    ):
        return _dict_call(node, path, below)
    return _plain(node, path)


def _dict_call(node: ast.Call, path: Path, depth: int) -> dict:
    """Value of ``dict(name=...)`` or, where keys are no names, ``dict({...})``."""
    if not node.args and all(keyword.arg for keyword in node.keywords):
        return {key.arg: _value(key.value, path, depth) for key in node.keywords}
    if len(node.args) == 1 and isinstance(node.args[0], ast.Dict) and not node.keywords:
        return _value(node.args[0], path, depth)
    raise _refusal(path, node)


def _plain(node: ast.expr, path: Path) -> object:
    """Value of a string, a number with or without sign, a truth value or None."""
    if isinstance(node, ast.Name) and node.id in ("inf", "nan"):
        return float(node.id)
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        raise _refusal(path, node) from None
    if not isinstance(value, (str, bytes, int, float, type(None))):
        raise _refusal(path, node)
    return value


def _refusal(path: Path, node: ast.stmt | ast.expr) -> ValueError:
    kind = type(node).__name__
    return ValueError(
        f"{path}, line {node.lineno}: {kind} is no plain value. Configs that a run "
        "writes hold literals only; a report runs nothing"
    )
