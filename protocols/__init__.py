"""What goes over wires: client messages, log entries, snapshots, codes, frames, types."""
