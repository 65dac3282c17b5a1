"""Settings of one server, from the environment."""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

DEFAULT_PORT = 8000
EMBEDDED: Final = ("embedded", "embedded-fast")
"""The modes in which one server keeps its rooms in SQLite."""
REDIS: Final = ("redis-fast", "redis-safe", "redis-ha")
"""The modes in which servers share rooms through Redis, the weakest promise first."""
CLUSTER: Final = ("redis+cluster", "rediss+cluster")
SENTINEL: Final = ("redis+sentinel", "rediss+sentinel")
SCHEMES: Final = ("redis", "rediss", *CLUSTER, *SENTINEL)
"""What a REDIS_URL may begin with; those with a second s speak TLS."""
KEY_LENGTH: Final = 16
"""The fewest characters of an operator's key: whoever has it may open and see every room."""


class SettingsError(ValueError):
    """A setting that cannot be used; its text says which, and what to do."""


class Settings(Struct, frozen=True):
    """What one server is told. `public_url` is "" where links are made from host and port,
    `redis_url` where rooms lie in SQLite, `durability` where the storage decides what is promised
    (`promises.MODES` has the names), and `operator_key` where the key lies in a file.
    `trusted_proxies` are addresses and networks that are believed in what they say of others."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    data_dir: Path = Path("data")
    public_url: str = ""
    redis_url: str = ""
    durability: str = ""
    operator_key: str = ""
    trusted_proxies: tuple[str, ...] = ()

    @property
    def database(self) -> Path:
        """The file that holds logs, words and snapshots."""
        return self.data_dir / "oneroom.sqlite3"

    @property
    def blind_keys(self) -> Path:
        """The folder of the keys of open anonymous rounds."""
        return self.data_dir / "blind-keys"

    @property
    def operator_key_file(self) -> Path:
        """The file with the operator's key."""
        return self.data_dir / "operator.key"

    @property
    def is_cluster(self) -> bool:
        """Whether REDIS_URL names a node of a Redis Cluster."""
        return urlsplit(self.redis_url).scheme in CLUSTER

    @property
    def redis_address(self) -> str:
        """Host and port of Redis, to be told in messages: its URL may hold a password."""
        url = urlsplit(self.redis_url)
        return f"{url.hostname}:{url.port or (26379 if url.scheme in SENTINEL else 6379)}"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings named in the environment. SettingsError if one cannot be used."""
    redis_url = environment.get("REDIS_URL", "")
    if redis_url:
        _check_redis_url(redis_url)
    return Settings(
        environment.get("HOST", "127.0.0.1"),
        _port(environment.get("PORT", str(DEFAULT_PORT))),
        Path(environment.get("DATA_DIR", "data")),
        _public_url(environment.get("PUBLIC_URL", "")),
        redis_url,
        _durability(environment.get("DURABILITY", ""), redis=bool(redis_url)),
        _operator_key(environment.get("OPERATOR_KEY", "")),
        _trusted_proxies(environment.get("TRUSTED_PROXY", "")),
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 0 <= int(text) < 65_536:
        raise SettingsError(f"PORT is {text!r}: give a number from 0 to 65535")
    return int(text)


def _public_url(text: str) -> str:
    url = text.rstrip("/")
    if url and not url.startswith(("http://", "https://")):
        raise SettingsError(f"PUBLIC_URL is {url!r}: give an address that begins with https://")
    return url


def _check_redis_url(text: str) -> None:
    """A URL may hold a password, so no message repeats it."""
    try:
        url = urlsplit(text)
        path = r"/[\w.-]+/?" if url.scheme in SENTINEL else r"/?\d*"
        fits = bool(url.hostname) and url.port != 0 and re.fullmatch(path, url.path)
    except ValueError:
        fits = False
    if not fits or url.fragment:
        raise SettingsError(
            f"REDIS_URL cannot be read: give an address such as {_example(text)}, "
            "with / # @ and % of a password written as %2F %23 %40 and %25"
        )
    if url.scheme not in SCHEMES:
        raise SettingsError(
            f"REDIS_URL begins with {url.scheme}://, which this server does not speak: begin it "
            "with redis://, redis+cluster:// or redis+sentinel://, or with rediss for TLS"
        )
    if url.scheme in CLUSTER and url.path not in ("", "/", "/0"):
        raise SettingsError("a Redis Cluster has but one database: end REDIS_URL with /0")


def _example(text: str) -> str:
    scheme = text.partition(":")[0]
    if scheme in SENTINEL:
        return f"{scheme}://:password@host:26379/name-of-the-primary"
    return f"{scheme if scheme in SCHEMES else 'redis'}://:password@host:6379/0"


def _durability(mode: str, *, redis: bool) -> str:
    if not mode:
        return ""
    if mode not in EMBEDDED + REDIS:
        raise SettingsError(
            f"DURABILITY is {mode!r}: give one of {', '.join(EMBEDDED + REDIS)}, or unset it"
        )
    if redis and mode in EMBEDDED:
        raise SettingsError(
            f"DURABILITY is {mode}, which keeps rooms in SQLite, but REDIS_URL is set: "
            f"give one of {', '.join(REDIS)}, or unset one of the two"
        )
    if not redis and mode in REDIS:
        raise SettingsError(f"DURABILITY is {mode}, but no Redis is named: set REDIS_URL")
    return mode


def _operator_key(key: str) -> str:
    if key and not (key.isascii() and key.isprintable() and " " not in key):
        raise SettingsError("OPERATOR_KEY has characters that no key has: give letters and digits")
    if 0 < len(key) < KEY_LENGTH:
        raise SettingsError(
            f"OPERATOR_KEY has only {len(key)} characters, and whoever guesses it sees every "
            f"room: give at least {KEY_LENGTH} of chance, as `openssl rand -hex 16` makes"
        )
    return key


def _trusted_proxies(text: str) -> tuple[str, ...]:
    """Addresses and networks, with commas between. The network of everybody is none of them: then
    everybody could choose an address."""
    found = tuple(one.strip() for one in text.split(",") if one.strip())
    for one in found:
        try:
            fits = ip_network(one).prefixlen > 0
        except ValueError:
            fits = False
        if not fits:
            raise SettingsError(
                f"TRUSTED_PROXY names {one!r}: give the address of the proxy in front of this "
                "server, as in 127.0.0.1, or its network, as in 10.0.0.0/24"
            )
    return found
