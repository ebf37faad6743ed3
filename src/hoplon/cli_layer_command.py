"""`hoplon layer`: parse, call one function, print."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from hoplon.cli_output import explained, print_json, stdout


@explained
def layer(
    threats: Annotated[int, typer.Option(help="How many come, one after another.")],
    interceptors: Annotated[int, typer.Option(help="For all of them.")],
    doctrine: Annotated[str, typer.Option(help="As in a scenario.")] = "shoot_look_shoot",
    told: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(metavar="NAME=VALUE", help="An option of the doctrine, such as salvo=2; repeatable."),
    ] = None,
    kill: Annotated[str, typer.Option(metavar="P|H/N", help="0.7, or hits in tests: 10/18.")] = "0.7",
    track: Annotated[float, typer.Option(help="Probability common to all shots at a threat.")] = 1.0,
    discrimination: Annotated[float, typer.Option(help="The same, of being told apart.")] = 1.0,
    false_dead: Annotated[float, typer.Option(help="A look at what lives says dead.")] = 0.0,
    false_alive: Annotated[float, typer.Option(help="A look at what is dead says alive.")] = 0.0,
    volleys: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(help="How often there is time to fire at a threat; without end by default."),
    ] = None,
    runs: Annotated[int, typer.Option(help="Also play it with draws so often.")] = 0,
    seed: Annotated[int, typer.Option(help="Of the draws.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Weigh a firing doctrine without geometry: how many get through, how many interceptors it takes."""
    from hoplon.cli_layer import print_layer
    from hoplon.front_layer import layer_facts

    facts = layer_facts(
        threats,
        interceptors,
        doctrine,
        told or (),
        kill=kill,
        track=track,
        discrimination=discrimination,
        false_dead=false_dead,
        false_alive=false_alive,
        volleys=volleys,
        runs=runs,
        seed=seed,
    )
    print_json(facts) if json else print_layer(facts, stdout())
