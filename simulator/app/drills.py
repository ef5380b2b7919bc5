"""`sevdrill drills | verify | export | import | forget | store`: what is kept, and what one does with it."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from scoring.playbook import load_playbook
from simulator.app import printing
from simulator.app.files import write_file
from simulator.app.invented import invent
from simulator.app.keeping import rescorer, score_all, take_in
from simulator.errors import DecisionError, InputError
from simulator.scenario.load import load
from simulator.scenario.yamlfile import read_file
from simulator.store import Store, open_store
from simulator.store.codes import carried, read_carried, write_code
from simulator.store.codes import write_file as as_file
from simulator.store.export import export_tables
from simulator.store.roles import make_roles
from simulator.store.verify import verify
from simulator.store.xapi import statements

Where = Annotated[
    str | None,
    typer.Option(
        "--store", metavar="PLACE", help="A file, or postgresql://…; else SEVDRILL_STORE, or your own."
    ),
]
Whose = Annotated[str | None, typer.Option("--trainee", metavar="WHO", help="An id, a login or a name.")]

store_app = typer.Typer(no_args_is_help=True, help="The store itself.")


@store_app.command("path")
def path(place: Where = None) -> None:
    """Print where the store is."""
    sys.stdout.write(f"{open_store(place).name}\n")


@store_app.command("init")
def init(
    place: Where = None,
    *,
    roles: Annotated[
        bool, typer.Option("--roles", help="Also make the roles for trainees and leads (PostgreSQL).")
    ] = False,
) -> None:
    """Make the store, or bring it up to date."""
    store = open_store(place)
    if roles:
        make_roles(store)
    sys.stdout.write(f"{store.name} is ready.\n")


@store_app.command("score")
def score_drills(
    place: Where = None,
    playbook: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Score by this playbook instead of sevdrill's.")
    ] = None,
) -> None:
    """Score every finished drill that a playbook has not scored yet, and keep the scores."""
    rules = None if playbook is None else load_playbook(playbook)
    count = sum(1 for _ in score_all(open_store(place), rules))
    sys.stdout.write(f"{count} drills scored.\n")


def list_drills(
    place: Where = None,
    who: Whose = None,
    scenario: Annotated[str | None, typer.Option(metavar="ID", help="Only drills of this scenario.")] = None,
) -> None:
    """List the drills in the store, newest first."""
    store = open_store(place)
    found = store.drills(None if who is None else store.find_trainee(who), scenario)
    totals = {drill.id: [kept.total for kept in store.scores(drill)] for drill in found if drill.finished}
    printing.drills(Console(), found, totals)


def verify_drills(
    names: Annotated[list[str] | None, typer.Argument(metavar="[DRILL]...", help="Ids; else all.")] = None,
    place: Where = None,
    playbooks: Annotated[
        list[Path] | None,
        typer.Option("--playbook", metavar="FILE", help="A playbook that scores were made by."),
    ] = None,
) -> None:
    """Simulate stored drills again and compare digests and scores; exit status 1 if something was changed."""
    store, console = open_store(place), Console()
    rescore = rescorer([load_playbook(path) for path in playbooks or ()])
    drills = [store.drill(name) for name in names] if names else store.drills()
    findings = [finding for drill in drills for finding in verify(store, drill, rescore)]
    for finding in findings:
        mark = "[red bold]CHANGED[/]" if finding.forged else "[yellow]skipped[/]"
        console.print(f"{mark} {escape(str(finding))}", soft_wrap=True)
    changed = {finding.drill for finding in findings if finding.forged}
    console.print(f"{len(drills)} drills simulated again, {len(changed)} are not as they were written.")
    raise typer.Exit(1 if changed else 0)


def export(
    name: Annotated[str | None, typer.Argument(metavar="[DRILL]", help="A drill's id.")] = None,
    place: Where = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Write a file with the scenario in it.")
    ] = None,
    tables: Annotated[
        Path | None,
        typer.Option("--tables", metavar="FOLDER", help="Write drills, decisions, metrics and rules."),
    ] = None,
    kind: Annotated[
        str, typer.Option("--as", metavar="KIND", help="Of tables: parquet, csv or jsonl.")
    ] = "csv",
    xapi: Annotated[
        Path | None, typer.Option("--xapi", metavar="FILE", help="Write xAPI statements of finished drills.")
    ] = None,
) -> None:
    """Print a drill's code, write it to a file that plays anywhere, or write the store as tables."""
    store = open_store(place)
    if tables is not None:
        for made in export_tables(store, tables, kind):
            sys.stdout.write(f"{made}\n")
    if xapi is not None:
        lines = [json.dumps(statement, ensure_ascii=False) for statement in statements(store)]
        write_file(xapi, "[\n{}\n]\n".format(",\n".join(lines)).encode())
    if name is not None:
        _export_drill(store, name, file)
    elif tables is None and xapi is None:
        raise InputError("export", "it was not said what", "a drill's id, --tables FOLDER or --xapi FILE")


def _export_drill(store: Store, name: str, file: Path | None) -> None:
    drill = store.drill(name)
    decisions = store.decisions(drill)
    if file is None:
        sys.stdout.write(write_code(carried(drill, decisions)) + "\n")
    else:
        text = store.scenario(drill).model_dump_json()
        write_file(file, as_file(carried(drill, decisions, text)).encode())


def import_drill(
    what: Annotated[
        str, typer.Argument(metavar="CODE|FILE", help="A drill code, or a file; - reads a code.")
    ],
    place: Where = None,
    who: Annotated[
        str | None, typer.Option("--trainee", metavar="NAME", help="Whose drill it is; else yours.")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(metavar="SCENARIO", help="A library id or a YAML file, for a code.")
    ] = None,
) -> None:
    """Play a drill that came as a code or a file, and store it."""
    if what == "-":
        text, where = sys.stdin.read(), "code"
    elif what.upper().startswith("SD"):
        text, where = what, "code"
    else:
        text, where = read_file(Path(what), DecisionError), what
    drill = read_carried(text, where)
    store = open_store(place)
    trainee = store.me() if who is None else store.trainee(who)
    given = None if scenario is None else load(scenario)
    sys.stdout.write(f"{take_in(store, drill, where, trainee, given).id}\n")


def invent_drills(
    trainees: Annotated[int, typer.Option(min=1, help="How many invented trainees.")] = 12,
    drills: Annotated[int, typer.Option(min=1, help="How many drills each of them plays.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal play.")] = 1,
    place: Where = None,
) -> None:
    """Fill a store with drills of invented trainees, all marked as simulated, to try things out."""
    made = [drill.id for drill in invent(open_store(place), trainees, drills, seed)]
    sys.stdout.write(f"{len(made)} simulated drills by {trainees} invented trainees.\n")


def forget(
    who: Annotated[str, typer.Argument(metavar="TRAINEE", help="An id, a login or a name.")],
    place: Where = None,
) -> None:
    """Erase who a trainee is; their drills and figures stay, under a new id that says nothing."""
    store: Store = open_store(place)
    trainee = store.find_trainee(who)
    count = len(store.drills(trainee))
    store.forget(trainee)
    sys.stdout.write(
        f"Forgotten. {count} drills stay without a name. What was written in status updates and postmortems\n"
        "is part of their logs and stays as it was written.\n"
    )
