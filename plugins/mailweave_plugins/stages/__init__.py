"""The stages of a message after filling: compilers and inliners, one a module."""
