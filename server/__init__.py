"""Sockets, clocks and storage: thin, and without an opinion on what happens in a room."""
