"""`python -m mailweave`."""

from mailweave.cli import main

main()
