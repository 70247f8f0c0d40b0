"""The tags of other platforms, put into mailweave's words."""
