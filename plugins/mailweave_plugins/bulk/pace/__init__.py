"""How fast a run sends, to whom when, and when it waits: nothing in here is part of what a run is, so it may change at each start."""
