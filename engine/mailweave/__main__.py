"""`python -m mailweave`, and the command `mailweave`."""

from __future__ import annotations

import gc


def main() -> None:
    """Entry point of the command."""
    # Whatever is imported stays, so there is nothing to look for meanwhile.
    gc.disable()
    from mailweave import cli

    gc.enable()
    cli.main()


if __name__ == "__main__":
    main()
