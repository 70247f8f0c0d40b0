"""The plugins that come with mailweave. Each registers through the same hooks as anybody's."""
