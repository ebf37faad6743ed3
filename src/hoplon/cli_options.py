"""Options that mean the same in every command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else on stdout.")]
Jobs = Annotated[
    Optional[int],  # noqa: UP045  (typer before 0.13 cannot read the new spelling)
    typer.Option("--jobs", "-j", help="Processes; by default one for each core. Same answer with any."),
]
OutputFolder = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--output", "-o", metavar="DIR", help="Folder to write; must not exist yet."),
]
