"""The wheel: all that a server needs, nothing of what only builds or tests it."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# The first test waits for the build.
pytestmark = pytest.mark.timeout(120)

PACKAGES = ("client", "protocols", "rooms", "server")


def run(*command: str | Path, **environment: str) -> str:
    """What a command prints. Its complaint becomes the failure of the test."""
    done = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> frozenset[str]:
    with zipfile.ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


def files(*patterns: str) -> Iterator[str]:
    """Files of the working tree. A pattern that matches none is a mistake."""
    for pattern in patterns:
        found = [path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern)]
        assert found, f"no file matches {pattern}"
        yield from found


def test_wheel_has_all_code(names: frozenset[str]) -> None:
    code = {name for name in files(*(f"{package}/**/*.py" for package in PACKAGES))}
    assert {name for name in code if "node_modules" not in name} <= names


def test_wheel_has_built_web_app(names: frozenset[str]) -> None:
    assert {"client/dist/.vite/manifest.json", "client/dist/licenses.md"} < names
    assert set(files("client/dist/assets/*.js", "client/dist/assets/*.css")) <= names


def test_wheel_has_pages_and_texts(names: frozenset[str]) -> None:
    texts = ("client/pages/*.html", "server/templates/*.yaml", "rooms/*.md", "protocols/*.md")
    assert set(files(*texts)) <= names
    assert {"rooms/RULES.md", "protocols/PROTOCOL.md"} < names


def test_wheel_has_nothing_else(names: frozenset[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    sources = {name for name in names if name.endswith((".ts", ".tsx", ".pyc"))}
    assert sources == set()
    assert {name for name in names if name.startswith(("client/app/", "client/node_"))} == set()
    assert {"client/package.json", "client/package-lock.json", "client/.npmrc"} & names == set()


def test_wheel_runs_from_elsewhere(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index",
        "--target", tmp_path, wheel)  # fmt: skip
    told = run(sys.executable, "-P", "-c", "import client.cli; print(client.cli.__file__)",
               PYTHONPATH=str(tmp_path))  # fmt: skip
    assert Path(told.strip()) == tmp_path / "client" / "cli.py"
