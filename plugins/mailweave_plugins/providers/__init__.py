"""The providers of content, one a module."""
