"""The far end: the web app, `RoomClient` for other programmers, and the command line."""
