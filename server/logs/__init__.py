"""Where rooms' logs live."""
