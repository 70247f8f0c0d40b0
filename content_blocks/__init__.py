"""The stock blocks and layouts, shipped as data."""
