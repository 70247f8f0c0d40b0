"""What a person asks for before a run hands anything over: one message an address, a first slice, messages to approve, seeds."""
