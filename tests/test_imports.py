"""Who may import whom: rooms think, protocols speak, the server acts, the client shows."""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = frozenset({"client", "protocols", "rooms", "server", "tests"})
STDLIB = frozenset(sys.stdlib_module_names)

# What a pure module may use of the standard library: no clock, no chance, no input or output.
PURE = frozenset(
    "__future__ collections dataclasses enum functools hashlib itertools operator typing".split()
)
# The same things, as they are reached without any import. `hash` and `id` differ between runs.
IMPURE_CALLS = frozenset("__import__ eval exec hash id input open print".split())

# The modules that put the parts together into commands.
COMPOSITION = frozenset(
    {
        "client/bench.py",
        "client/chaos_page.py",
        "client/cli.py",
        "client/cluster.py",
        "client/demo_chaos.py",
        "client/serve.py",
        "client/stores.py",
    }
)

Rule = Callable[[str], bool]
ALLOWED: dict[str, Rule] = {
    "rooms": lambda name: name in PURE | {"msgspec", "rooms"},
    "protocols": lambda name: name in STDLIB | {"msgpack", "msgspec", "protocols", "rooms"},
    "server": lambda name: name not in OURS or name in {"protocols", "rooms", "server"},
    "client": lambda name: name not in OURS or name in {"client", "protocols"},
    "composition": lambda name: name != "tests",
}


def sources(*folders: str) -> list[str]:
    """The Python files of some folders, as paths from the root of the repository."""
    return sorted(
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "node_modules" not in path.parts
    )


def imports(tree: ast.AST) -> Iterator[str]:
    """The top-level names of all imports from outside the module's own package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def strangers(path: str, tree: ast.AST) -> set[str]:
    """What the module at `path` imports and must not."""
    rule = ALLOWED["composition" if path in COMPOSITION else path.split("/")[0]]
    return {name for name in imports(tree) if not rule(name)}


def impure_calls(tree: ast.AST) -> set[str]:
    """The builtins called in a module that reach outside it, or differ between runs."""
    return {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in IMPURE_CALLS
    }


def waits(tree: ast.AST) -> bool:
    """Whether anything in a module is asynchronous."""
    asynchronous = ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await
    return any(
        isinstance(node, asynchronous) or isinstance(node, ast.comprehension) and node.is_async
        for node in ast.walk(tree)
    )


def parsed(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), path)


@pytest.mark.parametrize("path", sources("rooms", "protocols", "server", "client"))
def test_imports_are_allowed(path: str) -> None:
    assert strangers(path, parsed(path)) == set()


@pytest.mark.parametrize("path", sources("rooms"))
def test_rules_call_nothing_impure(path: str) -> None:
    assert impure_calls(parsed(path)) == set()


@pytest.mark.parametrize("path", sources("rooms", "protocols"))
def test_core_never_waits(path: str) -> None:
    assert not waits(parsed(path))


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("rooms/x.py", "import time", {"time"}),
        ("rooms/x.py", "def f():\n    from random import random", {"random"}),
        ("rooms/x.py", "import os.path as p, enum", {"os"}),
        ("rooms/x.py", "from protocols import wire", {"protocols"}),
        ("rooms/x.py", "from . import kernel\nfrom rooms.roles import Role", set()),
        ("protocols/x.py", "import starlette, struct", {"starlette"}),
        ("server/x.py", "from client.cli import main", {"client"}),
        ("server/logs/x.py", "import rooms, uvicorn", set()),
        ("client/x.py", "import rooms.roles, server, protocols.wire", {"rooms", "server"}),
        ("client/cli.py", "import rooms, server, tests", {"tests"}),
    ],
)
def test_forbidden_import_is_found(path: str, source: str, found: set[str]) -> None:
    assert strangers(path, ast.parse(source)) == found


@pytest.mark.parametrize("source", ["async def f(): ...", "f = [x async for x in y]"])
def test_waiting_is_found(source: str) -> None:
    assert waits(ast.parse(source))


def test_impure_call_is_found() -> None:
    assert impure_calls(ast.parse("def f(x):\n    return open(x).hash()")) == {"open"}
