"""The previewer and the visual regression tools."""
