"""The strategies of `recommendations`, one a module."""
