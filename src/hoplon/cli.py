"""The command line: parse, call one function of the front door, print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn, Optional

import typer
from typer.core import TyperGroup

from hoplon.cli_compare_command import compare
from hoplon.cli_decide import decide
from hoplon.cli_fly_command import fly
from hoplon.cli_layer_command import layer
from hoplon.cli_least import least
from hoplon.cli_map_command import map_
from hoplon.cli_options import Jobs, Json, OutputFolder
from hoplon.cli_output import FAILED, counted, explained, print_json, print_report_line, stderr, stdout
from hoplon.cli_radar_command import radar
from hoplon.cli_resume import resume
from hoplon.cli_sweep_command import study
from hoplon.errors import OutputError


class _Commands(TyperGroup):
    """The commands; of a word that is none it says what may be meant."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        word = args[0] if args else ""
        if word and not word.startswith("-") and self.get_command(ctx, word) is None:
            _end_at_no_command(word, self.list_commands(ctx))
        return super().resolve_command(ctx, args)


def _end_at_no_command(word: str, commands: Sequence[str]) -> NoReturn:
    from hoplon.errors import InputError, nearest
    from hoplon.scenario.loading import bundled, refuse_other_kind

    @explained
    def say() -> None:
        if word in bundled() or Path(word).is_file():
            raise InputError(f"'{word}' is no command", remedy=f"Type: hoplon run {word}")
        refuse_other_kind(word, "a command")
        remedy = f"{nearest(word, commands)} All: hoplon --help."
        raise InputError(f"there is no command '{word}'", remedy=remedy)

    say()
    raise AssertionError  # pragma: no cover


app = typer.Typer(
    name="hoplon",
    cls=_Commands,
    help="What a ballistic-missile-defence system can and cannot do, from open literature.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # the framed help costs 0.15 s at each start
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: hoplon run japan-2018",
)


def _version(wanted: bool) -> None:
    if wanted:
        from hoplon import __version__

        typer.echo(f"hoplon {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


@app.command(no_args_is_help=True)
@explained
def run(
    scenario: Annotated[str, typer.Argument(help="A bundled scenario's name, or a file.")],
    runs: Annotated[int, typer.Option("--runs", "-n", help="Number of battles, from 1.")] = 200,
    seed: Annotated[int, typer.Option("--seed", "-s", help="Seed of the whole study, from 0.")] = 1,
    jobs: Jobs = None,
    mode: Annotated[
        str,
        typer.Option(
            "--mode",
            help="sampled: noise, hits and misses drawn. expected: nothing drawn, so that --runs and --seed "
            "play no part; prints, writes no folder.",
        ),
    ] = "sampled",
    without: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--without",
            metavar="NAME",
            help="Do without a sensor, battery, actor, nation, allied, or a link (a -> b); repeatable.",
        ),
    ] = None,
    authority: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--authority", metavar="FORM", help="national, allied_consent, allied or joint."),
    ] = None,
    output: OutputFolder = None,
    json: Json = False,
) -> None:
    """Fight a scenario many times; print the answer, write a report."""
    if mode == "expected":
        from hoplon.cli_expected import expected_command

        expected_command(scenario, tuple(without or ()), authority, output, json=json, console=stdout())
        return
    from hoplon.front import run as run_study
    from hoplon.front import study_facts

    with _progress() as progress:
        study, folder = run_study(
            scenario,
            runs=runs,
            seed=seed,
            jobs=jobs,
            mode=mode,
            without=tuple(without or ()),
            authority=authority,
            output=output,
            progress=progress,
        )
    if json:
        print_json({**study_facts(study), "folder": str(folder)})
        return
    from hoplon.cli_study import print_study

    try:
        console = stdout()
        print_study(study, console)
        print_report_line(folder, console)
    except OSError as error:
        raise OutputError(
            f"the answer could not be printed: {error.strerror or error}",
            remedy=f"The run itself is whole: {folder}",
        ) from error


@explained
def assign(
    file: Annotated[str, typer.Argument(help="'m n k', then n target values, then 'weapon target p'.")],
    gap: Annotated[float, typer.Option(metavar="PERCENT", help="Enough once proven.")] = 0.0,
    time_limit: Annotated[float, typer.Option(metavar="S", help="Of CPU time, about.")] = 60.0,
    json: Json = False,
) -> None:
    """Assign interceptors to threats of some value: least surviving value, with proof."""
    from hoplon.cli_assign import assign_command

    assign_command(file, gap, time_limit, _progress(), json=json, console=stdout())


app.command(no_args_is_help=True)(compare)
app.command(no_args_is_help=True)(study)
app.command(no_args_is_help=True)(resume)
app.command("map")(map_)
app.command(no_args_is_help=True)(decide)
app.command(no_args_is_help=True)(least)
app.command()(fly)
app.command()(radar)
app.command()(layer)
app.command()(assign)


@app.command(no_args_is_help=True)
@explained
def check(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…", help="Files of scenarios, comparisons, studies or options, or bundled names."
        ),
    ],
    json: Json = False,
) -> None:
    """Check scenarios: keys, names, ranges, reach of each missile."""
    from hoplon.front import check as check_scenario

    facts = [check_scenario(name) for name in files]
    if json:
        print_json({"scenarios": facts})
        return
    console = stdout()
    for name, fact in zip(files, facts, strict=True):
        if "study" in fact:
            battles = f", {fact['battles']:,} battles" if fact["battles"] else ""
            points = f"{fact['points']:,} points of {fact['scenario']}{battles}"
            console.print(f"[green]ok[/green] {name}: {points}", soft_wrap=True)
            continue
        if "choice" in fact:
            console.print(
                f"[green]ok[/green] {name}: {counted(fact['options'], 'option', 'options')} of "
                f"{fact['scenario']}",
                soft_wrap=True,
            )
            continue
        variants = f"{fact['variants']} variants; the first: " if fact["variants"] > 1 else ""
        console.print(
            f"[green]ok[/green] {name}: {variants}"
            + ", ".join(
                counted(fact[f"{word}s"], *words)
                for word, *words in (
                    ("threat", "missile", "missiles"),
                    ("sensor", "sensor", "sensors"),
                    ("batterie", "battery", "batteries"),
                    ("asset", "asset", "assets"),
                    ("override", "override", "overrides"),
                )
            )
        )


@app.command("list")
@explained
def list_(
    kind: Annotated[
        Optional[str],  # noqa: UP045  (typer before 0.13 cannot read the new spelling)
        typer.Argument(
            help="missiles, sensors, interceptors, sites, scenarios, comparisons, studies …; all by default."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """List what the catalogue holds."""
    from hoplon.cli_catalogue import listing, print_listing

    found = listing(kind)
    if json:
        print_json(found)
    else:
        print_listing(found, stdout())


@app.command(no_args_is_help=True)
@explained
def show(
    name: Annotated[str, typer.Argument(help="A missile, sensor, interceptor, site or scenario.")],
    json: Json = False,
) -> None:
    """Show one entry: every value with its range, mark and source."""
    from hoplon import describe
    from hoplon.cli_catalogue import description_facts, print_entry

    entry = describe(name)
    if json:
        print_json(description_facts(entry))
    else:
        print_entry(entry, stdout())


@app.command(no_args_is_help=True)
@explained
def report(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="A folder that `run`, `compare`, `study`, `decide`, `least` or `map` wrote.",
        ),
    ],
    json: Json = False,
) -> None:
    """Write the report of a folder again: of a run, a study, a map, any."""
    from hoplon.front_report import rewrite_report

    page = rewrite_report(folder)
    if json:
        print_json({"report": str(page)})
    else:
        stdout().print(f"Written: {page}", soft_wrap=True)


@app.command()
@explained
def verify(
    groups: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(metavar="[GROUP…]", help="flight, earth, sensor or defence; all of them by default."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Also the checks that take minutes.")] = False,
    only: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--only", metavar="CHECK", help="Run this check alone; may be repeated."),
    ] = None,
    json: Json = False,
) -> None:
    """Rerun every check against outside numbers; exit 1 on any miss that is not explained."""
    from hoplon import verify as verify_all
    from hoplon.cli_verify import print_verification, verification_facts

    with _progress() as progress:
        result = verify_all(full=full, groups=groups or (), only=only or (), progress=progress)
    if json:
        print_json(verification_facts(result))
    else:
        print_verification(result, stdout())
    if not result.passed:
        raise typer.Exit(FAILED)


@app.command()
@explained
def warmup(json: Json = False) -> None:
    """Compile everything now, so that the first run starts at once."""
    from hoplon import warmup as compile_all

    with stderr().status("Compiling, once for this version and this machine …"):
        elapsed_s = compile_all()
    if json:
        print_json({"elapsed_s": elapsed_s})
    else:
        stdout().print(f"Ready, after {elapsed_s:.1f} s.")


def _progress() -> Any:
    from hoplon.cli_progress import Progress

    return Progress(stderr())


def main() -> None:
    """Run the command line; the entry point of the package."""
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
