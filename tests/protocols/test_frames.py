"""Websocket frames around messages (rule W1)."""

import pytest

from protocols.frames import frame


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, "82 00"),
        (1, "82 01"),
        (125, "82 7d"),
        (126, "82 7e 007e"),
        (65_535, "82 7e ffff"),
        (65_536, "82 7f 0000000000010000"),
        (300_000, "82 7f 00000000000493e0"),
    ],
)
def test_w1_length_is_written_in_the_shortest_form(size: int, head: str) -> None:
    payload = b"x" * size
    assert frame(payload) == bytes.fromhex(head) + payload


def test_w1_frame_is_binary_whole_unmasked_and_uncompressed() -> None:
    first, second = frame(b"abc")[:2]
    assert first & 0x80, "the final and only fragment"
    assert not first & 0x70, "no extension, so no compression"
    assert first & 0x0F == 2, "binary"
    assert not second & 0x80, "a server's frame is not masked"
