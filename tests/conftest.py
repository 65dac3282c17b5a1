"""Fixtures that all tests may use."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# A loaded machine must not fail a property for being slow; pytest's own timeout stands guard.
settings.register_profile("oneroom", deadline=None, print_blob=True)
settings.load_profile("oneroom")


@pytest.fixture
def free_port() -> int:
    """A TCP port of the loopback address that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def data_sets() -> Path:
    """The folder with open data sets, which is not part of the repository.

    It is what ONEROOM_DATA names, or lies beside the repository. A test that wants it skips where
    it is absent, and fails instead with ONEROOM_REQUIRE_DATA=1.
    """
    folder = Path(os.environ.get("ONEROOM_DATA") or ROOT.parent / "shared" / "data")
    if folder.is_dir():
        return folder
    absent = f"no folder with open data at {folder}; set ONEROOM_DATA"
    if os.environ.get("ONEROOM_REQUIRE_DATA") == "1":
        pytest.fail(absent)
    pytest.skip(absent)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser that tests drive. `make test` makes sure that there is one."""
    program = Path(os.environ.get("CHROME_PATH") or "/usr/bin/chromium")
    if not program.is_file():
        pytest.fail(f"no browser at {program}; install Chromium or set CHROME_PATH")
    return program
