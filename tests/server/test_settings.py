"""Settings from the environment: what cannot be used is told in one sentence that says what to do,
and without repeating a password."""

import pytest

from server.settings import SettingsError, from_environment

KEY = "k" * 32


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL cannot be read: give an address"),
        ({"REDIS_URL": "redis://"}, "REDIS_URL cannot be read"),
        ({"REDIS_URL": "redis://host:port/0"}, "REDIS_URL cannot be read"),
        ({"REDIS_URL": "redis://host:70000"}, "REDIS_URL cannot be read"),
        ({"REDIS_URL": "redis://host/rooms"}, "REDIS_URL cannot be read"),
        ({"REDIS_URL": "redis://:sec/ret@host"}, "%2F"),
        ({"REDIS_URL": "redis://:sec#ret@host"}, "%23"),
        ({"REDIS_URL": "redis+sentinel://host"}, "redis\\+sentinel://.*/name-of-the-primary"),
        ({"REDIS_URL": "redis+cluster://host/1"}, "a Redis Cluster has but one database"),
        ({"REDIS_URL": "http://host:6379"}, r"begins with http://.*redis://"),
        ({"DURABILITY": "safe"}, "DURABILITY is 'safe': give one of embedded, .*redis-ha"),
        ({"DURABILITY": "redis-safe"}, "no Redis is named: set REDIS_URL"),
        (
            {"DURABILITY": "embedded", "REDIS_URL": "redis://host"},
            "DURABILITY is embedded, .* but REDIS_URL is set",
        ),
        ({"OPERATOR_KEY": "secret"}, "OPERATOR_KEY has only 6 characters.*at least 16"),
        ({"OPERATOR_KEY": "ключ" * 8}, "OPERATOR_KEY has characters that no key has"),
        ({"OPERATOR_KEY": "a key of many words"}, "OPERATOR_KEY has characters"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told(environment: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told) as why:
        from_environment(environment)
    assert "\n" not in str(why.value)
    assert "sec" not in str(why.value), "the password is not repeated"
    assert environment.get("OPERATOR_KEY", "?") not in str(why.value)


def test_where_nothing_is_named_rooms_lie_in_sqlite() -> None:
    settings = from_environment({})
    assert (settings.redis_url, settings.durability, settings.operator_key) == ("", "", "")


def test_redis_is_named_with_its_mode_and_the_key_of_all_its_servers() -> None:
    settings = from_environment(
        {
            "REDIS_URL": "rediss://bob:se%2Fcret@redis.example:6380/2",
            "DURABILITY": "redis-ha",
            "OPERATOR_KEY": KEY,
        }
    )
    assert settings.redis_address == "redis.example:6380"
    assert (settings.durability, settings.operator_key) == ("redis-ha", KEY)


def test_clusters_and_sentinels_are_named_by_the_address() -> None:
    for url, cluster, address in (
        ("redis+cluster://host", True, "host:6379"),
        ("rediss+cluster://:pw@host:7000/0", True, "host:7000"),
        ("redis+sentinel://host/rooms", False, "host:26379"),
    ):
        settings = from_environment({"REDIS_URL": url})
        assert (settings.is_cluster, settings.redis_address) == (cluster, address)


def test_address_of_redis_is_told_without_its_password() -> None:
    settings = from_environment({"REDIS_URL": "redis://:secret@127.0.0.1/0"})
    assert settings.redis_address == "127.0.0.1:6379"
