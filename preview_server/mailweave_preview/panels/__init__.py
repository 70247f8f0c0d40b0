"""The tabs beside the message, one a module."""
