pytest_plugins = ["mailweave.testing"]
