"""What a person or a machine sees of a run: its state, events, metrics, and who is told when it ends badly."""
