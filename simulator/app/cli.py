"""The command line: `sevdrill list | play | score | report | check | lab | serve | drills` and more.

A user's mistake prints one line on standard error and exits with status 2, never a traceback.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from scoring.scorecard import score
from simulator.app import cohorts, drills, printing, reports, scores
from simulator.app import lab as lab_server
from simulator.app import serve as page_server
from simulator.app.files import read_json, write_file
from simulator.decisions import LOG_FORMAT, Decision, read_decisions, seed_of
from simulator.drill import simulate
from simulator.errors import InputError
from simulator.policies import play as let_play
from simulator.policies import player as find_player
from simulator.rand import MOST_SEED, check_seed
from simulator.scenario.check import check as check_by_play
from simulator.scenario.load import library, load
from simulator.scenario.model import Scenario
from simulator.trace import Trace

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    help="Incident-response drills: play an outage, read your score.",
)
DEFAULT_SEED = 7

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A library id (see `list`) or a YAML file.")
]
SeedText = Annotated[
    str | None,
    typer.Option(
        "--seed", metavar="N", help="Picks the variant and every chance event: 7, or the log's own."
    ),
]


@app.command("list")
def list_scenarios() -> None:
    """List the scenarios of the library."""
    printing.scenarios(Console(), library().values())


@app.command()
def play(
    name: ScenarioName,
    player: Annotated[str, typer.Option(help="A reference player.")] = "by-the-book",
    seed: SeedText = None,
    decisions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Play this stored decision log instead of a player.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    store: Annotated[
        Path | None, typer.Option("--trace", metavar="FILE", help="Also store the trace, to score it again.")
    ] = None,
) -> None:
    """Play a scenario with a reference player or a stored log; print timeline, metrics and score."""
    scenario = load(name)
    number = None if seed is None else read_seed(seed)
    if decisions is None:
        log, trace = let_play(scenario, DEFAULT_SEED if number is None else number, find_player(player))
        played: tuple[Decision, ...] = log.decisions
    else:
        played, stored_seed = _read_log(decisions, scenario)
        trace = simulate(scenario, stored_seed if number is None else number, played)
    who = player if decisions is None else None
    if store is not None:
        write_file(store, trace.to_bytes())
    if as_json:
        sys.stdout.write(json.dumps(as_object(scenario, trace, played, who), ensure_ascii=False) + "\n")
    else:
        printing.drill(Console(), scenario, trace, score(scenario, trace), who or str(decisions))


app.command("score")(scores.score_drills)
app.command("report")(reports.report_drill)
app.command("drills")(drills.list_drills)
app.command("verify")(drills.verify_drills)
app.command("export")(drills.export)
app.command("import")(drills.import_drill)
app.command("forget")(drills.forget)
app.command("invent")(drills.invent_drills)
app.command("cohort")(cohorts.report_cohort)
app.add_typer(drills.store_app, name="store")


@app.command()
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A scenario file, or a library id.")],
) -> None:
    """Check a scenario: its form, and by playing it that it is worth playing."""
    console = Console()
    scenario = load(file)
    console.print(f"{scenario.id} version {scenario.version}: well formed. Playing it …")
    failed = 0
    for finding in check_by_play(scenario):
        printing.finding(console, finding)
        failed += not finding.ok
    console.print("Worth playing." if not failed else f"{failed} to mend.")
    raise typer.Exit(1 if failed else 0)


@app.command()
def lab(
    *,
    browser: Annotated[bool, typer.Option(help="Open a browser; otherwise print the address.")] = True,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port of the notebook server; the next free one is taken.")
    ] = 8888,
) -> None:
    """Open the first drill in JupyterLab."""
    lab_server.open_first_drill(browser=browser, port=port)


@app.command()
def serve(
    *,
    browser: Annotated[bool, typer.Option(help="Open a browser; otherwise print the address.")] = True,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port of the page; the next free one is taken.")
    ] = 8866,
    scenario: Annotated[
        str | None, typer.Option(metavar="ID", help="Serve this one drill instead of the home page.")
    ] = None,
    theme: Annotated[str, typer.Option(help="light or dark; or ?theme=dark in the address.")] = "light",
) -> None:
    """Serve the drills as a web page without code, on this machine."""
    page_server.serve(scenario, browser=browser, port=port, theme=theme)


def as_object(
    scenario: Scenario, trace: Trace, decisions: tuple[Decision, ...], player: str | None
) -> dict[str, Any]:
    """A played drill as the JSON object that `play --json` prints and `play --decisions` reads."""
    card = score(scenario, trace)
    scored = card.as_json()
    return {
        "format": LOG_FORMAT,
        "scenario": scenario.id,
        "version": scenario.version,
        "variant": trace.header.variant,
        "seed": trace.header.seed,
        "player": player,
        "digest": trace.digest,
        "metrics": {metric.name: metric.value for metric in card.metrics},
        "score": {key: scored[key] for key in ("total", "rating", "points", "possible", "rules")},
        "decisions": [decision.as_json() for decision in decisions],
        "timeline": [event.as_json() for event in trace.events],
    }


def read_seed(text: str) -> int:
    """A seed from text.

    Raises:
        SeedError: it is not a whole number in range.
    """
    digits = text.strip()
    # Python itself refuses to read numbers of thousands of digits.
    is_number = digits.isdecimal() and len(digits) <= len(str(MOST_SEED))
    return check_seed(int(digits) if is_number else text, "--seed")


def _read_log(path: Path, scenario: Scenario) -> tuple[tuple[Decision, ...], int]:
    raw = read_json(path)
    seed = seed_of(raw, scenario.id, scenario.version, str(path))
    return read_decisions(raw, str(path)), DEFAULT_SEED if seed is None else seed


def _fail(fault: InputError) -> NoReturn:
    sys.stderr.write(f"sevdrill: {fault}\n")
    raise SystemExit(2)


def main() -> None:
    """Entry point of the `sevdrill` command."""
    try:
        app()
    except InputError as fault:
        _fail(fault)
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has seen enough; say nothing when Python flushes at exit.
        sys.stderr.close()
