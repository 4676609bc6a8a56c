"""Imports stand at the top of a module, where readers and import-linter's contracts (pyproject.toml) see them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOMS = ("portal", "centres", "evidence")


def unexplained_imports(source: str) -> Iterator[int]:
    """Yield the line numbers of imports inside a function that no comment explains.

    The comment is on the line of the import or on the line above. One comment explains all imports that follow each other.
    """
    lines = source.splitlines()
    explained = 0  # the last line that a comment explains
    for node in sorted(_imports_in_functions(ast.parse(source)), key=lambda node: node.lineno):
        here, above = lines[node.lineno - 1], lines[node.lineno - 2].strip()
        follows = not any(line.strip() for line in lines[explained : node.lineno - 1])
        if "  # " in here or above.startswith("# ") or (explained and follows):
            explained = node.end_lineno or node.lineno
        else:
            yield node.lineno


def _imports_in_functions(tree: ast.Module) -> set[ast.stmt]:
    return {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }


def test_an_import_inside_a_function_has_a_reason():
    unexplained = [
        f"{path.relative_to(settings.BASE_DIR)}:{line}"
        for room in ROOMS
        for path in sorted(Path(settings.BASE_DIR, room).rglob("*.py"))
        if path.parent.name != "migrations"
        for line in unexplained_imports(path.read_text())
    ]
    assert unexplained == [], (
        "Move these imports to the top, or say in a comment why they cannot be there"
    )


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("import os\n", []),
        ("def f():\n    import os\n", [2]),
        ("def f():\n    import os  # heavy, and rarely needed\n", []),
        ("def f():\n    # Heavy.\n    import os\n    import re\n\n    from a import b\n", []),
        ("def f():\n    # Heavy.\n    import os\n\n    x = 1\n    import re\n", [6]),
        ("class A:\n    async def f(self):\n        if 1:\n            from . import b\n", [4]),
    ],
)
def test_an_import_without_a_reason_is_found(source, lines):
    assert list(unexplained_imports(source)) == lines
