"""Filters that every template language has. One file is one filter."""
