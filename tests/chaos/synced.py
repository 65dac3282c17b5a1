"""A model of power loss: what a process had not synced is gone.

A small library, put before the system's own, notes the length of a file each time it is synced.
After kill -9 each file is cut to its last noted length. Right for a file that only grows at its
end, as Redis' append-only file does.
"""

import os
import subprocess
from pathlib import Path
from typing import Final

SOURCE: Final = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int noted(const char *name, int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    struct stat found;
    int known = fstat(fd, &found) == 0;
    int failed = real(fd);
    if (failed || !known || !S_ISREG(found.st_mode)) return failed;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    int notes = open(getenv("SYNCED_NOTES"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (length > 0 && notes >= 0) {
        path[length] = 0;
        dprintf(notes, "%lld %s\n", (long long)found.st_size, path);
    }
    if (notes >= 0) close(notes);
    return failed;
}

int fsync(int fd) { return noted("fsync", fd); }
int fdatasync(int fd) { return noted("fdatasync", fd); }
"""


class Synced:
    """The library, built into a folder, and its notes. `environment` is for the process."""

    def __init__(self, folder: Path) -> None:
        self._notes = folder / "synced.notes"
        source, library = folder / "synced.c", folder / "synced.so"
        source.write_text(SOURCE)
        command = ["gcc", "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
        self.environment = {"LD_PRELOAD": str(library), "SYNCED_NOTES": str(self._notes)}

    def lengths(self) -> dict[Path, int]:
        """The length of each file when it was last synced."""
        found = {}
        if self._notes.exists():
            for line in self._notes.read_text().splitlines():
                length, _, path = line.partition(" ")
                found[Path(path)] = int(length)
        return found

    def lose_power(self) -> int:
        """Take off what was not synced, once the process is dead. Returns the bytes lost."""
        lost = 0
        for path, length in self.lengths().items():
            if path.exists() and path.stat().st_size > length:
                lost += path.stat().st_size - length
                os.truncate(path, length)
        return lost
