"""What happens in a room: a pure, synchronous reducer over a log of entries."""
