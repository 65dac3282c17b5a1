"""Settings of one server, from the environment."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

DEFAULT_PORT = 8000


class SettingsError(ValueError):
    """A setting that cannot be used; its text says which, and what to do."""


class Settings(Struct, frozen=True):
    """What one server is told. `public_url` is "" where links are made from host and port."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    data_dir: Path = Path("data")
    public_url: str = ""

    @property
    def database(self) -> Path:
        """The file that holds logs, words and snapshots."""
        return self.data_dir / "oneroom.sqlite3"

    @property
    def blind_keys(self) -> Path:
        """The folder of the keys of open anonymous rounds."""
        return self.data_dir / "blind-keys"

    @property
    def operator_key(self) -> Path:
        """The file with the operator's key."""
        return self.data_dir / "operator.key"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings named in the environment. SettingsError if one cannot be used."""
    text = environment.get("PORT", str(DEFAULT_PORT))
    if not (text.isascii() and text.isdigit()) or not 0 <= int(text) < 65_536:
        raise SettingsError(f"PORT is {text!r}: give a number from 0 to 65535")
    url = environment.get("PUBLIC_URL", "").rstrip("/")
    if url and not url.startswith(("http://", "https://")):
        raise SettingsError(f"PUBLIC_URL is {url!r}: give an address that begins with https://")
    if environment.get("REDIS_URL"):
        raise SettingsError(
            "REDIS_URL is set, but this version keeps rooms in SQLite only: unset REDIS_URL"
        )
    return Settings(
        environment.get("HOST", "127.0.0.1"),
        int(text),
        Path(environment.get("DATA_DIR", "data")),
        url,
    )
