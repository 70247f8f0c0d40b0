"""Whose message may go when: slots of a rate, which all workers of a run share."""
