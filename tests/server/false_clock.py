"""A wall clock that a test sets, for the processes that it starts; their steady clock stays true.
Debian's faketime does it, which `.ci/ensure redis` installs; without it the test skips."""

import os
from glob import glob
from pathlib import Path
from typing import Final

import pytest

LIBRARY: Final = "/usr/lib/*/faketime/libfaketime.so.1"


class FalseClock:
    """The clock of processes that are started with `environment`; right, until it is set."""

    def __init__(self, folder: Path) -> None:
        found = glob(LIBRARY)
        if not found:
            pytest.skip("no faketime; `.ci/ensure redis` installs it")
        self._file = folder / "clock"
        self.environment = {
            # Redis' own allocator asks for the time before faketime can tell it: the C library's
            # goes before it.
            "LD_PRELOAD": f"{found[0]}:libc.so.6",
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_NO_CACHE": "1",
        }
        self.set(0)

    def set(self, ahead_s: float) -> None:
        """Set it so far ahead of the right time, or behind; these processes see it at once."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{ahead_s:+f}\n")
        os.replace(new, self._file)
