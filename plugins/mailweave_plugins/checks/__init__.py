"""The checks of `mailweave check`, one a module."""
