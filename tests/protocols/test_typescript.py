"""The TypeScript side of the protocol is written from the Python one (rule W1)."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from protocols import codes, commands, wire
from protocols.typescript import camel, fields_of, main, source, tag_of, views
from rooms.roles import ROLES

ROOT = Path(__file__).resolve().parents[2]
WIRE_TS = ROOT / "client" / "app" / "wire.ts"
SOURCE = source()


def block(opening: str) -> str:
    """The lines of the source from one that begins so to the closing brace."""
    found = re.search(rf"^{re.escape(opening)}.*?^\}}", SOURCE, re.MULTILINE | re.DOTALL)
    assert found, opening
    return found.group()


def test_w1_written_file_is_current() -> None:
    assert WIRE_TS.read_text(encoding="utf-8") == SOURCE, "run `make types` and commit it"


def test_w1_source_does_not_depend_on_the_run() -> None:
    program = "import sys; from protocols.typescript import source; sys.stdout.write(source())"
    for seed in ("0", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}
        ran = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True
        )
        assert ran.returncode == 0, ran.stderr.decode()
        assert ran.stdout.decode() == SOURCE


def test_w1_every_command_of_a_client_is_a_function() -> None:
    body = block("export const commands")
    for kind in wire.CLIENT_COMMANDS:
        tag = tag_of(kind)
        names = [name for name, _ in fields_of(kind)]
        values = "".join(f", {name}" for name in names)
        assert re.search(rf'^  {camel(tag)}: \(.*\): Command => \["{tag}"{values}\],$', body, re.M)
    assert body.count("Command =>") == len(wire.CLIENT_COMMANDS)


def test_w1_every_view_has_its_fields_in_order() -> None:
    body = block("export const FIELDS")
    for kind in views():
        quoted = ", ".join(f'"{name}"' for name, _ in fields_of(kind))
        assert f"  {tag_of(kind)}: [{quoted}]," in body
        assert f"  {tag_of(kind)}: {camel(tag_of(kind), upper=True)};" in block(
            "export interface Views"
        )
        assert f"export interface {camel(tag_of(kind), upper=True)} {{" in SOURCE
    assert body.count(": [") == len(views()) == len(commands.FIELDS)


def test_w1_every_message_of_the_server_has_its_fields_in_order() -> None:
    body = block("export const MESSAGES")
    for kind in wire.ServerMessage.__args__:
        quoted = ", ".join(f'"{name}"' for name in kind.__struct_fields__)
        assert f"  {tag_of(kind)}: [{quoted}]," in body


def test_w12_codes_and_roles_are_told() -> None:
    assert all(f'\n  | "{code}"' in SOURCE for code in codes.REFUSALS)
    assert all(
        f"  {code.name}: {code.value}," in block("export const CLOSE") for code in codes.Close
    )
    assert all(f"  {name}: {bit}," in block("export const ROLE") for name, bit in ROLES.items())
    retry = ", ".join(map(str, sorted(map(int, codes.RETRY))))
    assert f"export const RETRY: readonly number[] = [{retry}];" in SOURCE
    assert f"export const VERSION = {wire.VERSION};" in SOURCE


def test_w1_no_type_is_left_empty() -> None:
    assert not re.search(r": ;|: }|\(\)\[\]", SOURCE)


def test_w1_command_line_writes_and_checks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wire.ts"
    assert main(["--check", str(path)]) == 1
    assert main([str(path)]) == 0
    assert path.read_text(encoding="utf-8") == SOURCE
    assert main(["--check", str(path)]) == 0
    path.write_text(SOURCE + "\n", encoding="utf-8")
    assert main(["--check", str(path)]) == 1
    assert capsys.readouterr().err.count("is not current") == 2
