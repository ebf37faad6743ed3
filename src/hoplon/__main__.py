"""`python -m hoplon` is the command `hoplon`."""

from hoplon.cli import main

main()
