"""Lighthouse's view of join, phone and result page: performance and accessibility, out of 100.

`python -m tests.browser.lighthouse [RUNS]` prints the median of some runs, 3 if not said, and fails
where one is below the bar. Each run is as on a slow phone: four times slower, on a slow network.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from client.own_server import OwnServer
from tests.browser.demonstration import Demonstration
from tests.browser.screens import browser_program
from tests.conftest import ROOT

PROGRAM: Final = ROOT / ".ci" / "lighthouse" / "node_modules" / ".bin" / "lighthouse"
BARS: Final = {"performance": 95, "accessibility": 95}
FLAGS: Final = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
LONGEST_S: Final = 120.0

Scores = dict[str, float]


async def look(url: str) -> Scores:
    """One run over one page."""
    node = shutil.which("node")
    assert node, "make lighthouse puts Node on the path"
    with tempfile.TemporaryDirectory(prefix="oneroom-lighthouse-") as folder:
        report = Path(folder, "report.json")
        process = await asyncio.create_subprocess_exec(
            *(node, PROGRAM, url, "--quiet", "--output=json", f"--output-path={report}"),
            *(f"--chrome-flags={FLAGS}", f"--only-categories={','.join(BARS)}"),
            env=os.environ | {"CHROME_PATH": browser_program()},
        )
        async with asyncio.timeout(LONGEST_S):
            assert await process.wait() == 0, "lighthouse says why above"
        told = json.loads(report.read_text())
    return {name: 100 * told["categories"][name]["score"] for name in BARS}


async def page(name: str, url: str, runs: int) -> bool:
    """Look at a page some times and print the medians. Whether it is good enough."""
    seen = [await look(url) for _ in range(runs)]
    medians = {bar: median(scores[bar] for scores in seen) for bar in BARS}
    figures = ", ".join(
        f"{bar} {medians[bar]:.0f} ({', '.join(f'{one[bar]:.0f}' for one in seen)})" for bar in BARS
    )
    print(f"{name}: {figures}", flush=True)  # noqa: T201
    return all(medians[bar] >= least for bar, least in BARS.items())


async def main(runs: int) -> int:
    """All three pages. The exit code."""
    good = []
    with OwnServer() as server:
        async with Demonstration(server, "ru") as demonstration:
            async for moment in demonstration.moments():
                if moment == "join":
                    good.append(await page("join", demonstration.urls["join"], runs))
                elif moment == "ideas":
                    good.append(await page("phone", demonstration.urls["phone"], runs))
                elif moment == "over":
                    good.append(await page("result", demonstration.urls["phone"], runs))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)))
