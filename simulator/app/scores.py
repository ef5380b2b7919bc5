"""`sevdrill score`: stored drills, scored by any playbook."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from scoring.playbook import Playbook, default_playbook, load_playbook
from scoring.scorecard import score
from simulator.app import printing
from simulator.app.files import Drill, read_drill

DrillFiles = Annotated[
    list[Path], typer.Argument(metavar="DRILL...", help="Decision logs, outputs of `play --json`, or traces.")
]
PlaybookFile = Annotated[
    Path | None,
    typer.Option("--playbook", metavar="FILE", help="Score by this playbook instead of sevdrill's."),
]
ScenarioOfDrill = Annotated[
    str | None,
    typer.Option(
        "--scenario", metavar="SCENARIO", help="A library id or a YAML file, if not what the drill names."
    ),
]


def score_drills(
    files: DrillFiles,
    playbook: PlaybookFile = None,
    scenario: ScenarioOfDrill = None,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per drill, a line each.")
    ] = False,
) -> None:
    """Score stored drills, by sevdrill's playbook or by one of your own."""
    rules = chosen(playbook)
    drills = (read_drill(path, scenario) for path in files)
    if as_json:
        for drill in drills:
            scored = score(drill.scenario, drill.trace, rules).as_json()
            sys.stdout.write(json.dumps({"drill": drill.name, **scored}, ensure_ascii=False) + "\n")
    else:
        _print(list(drills), rules)


def chosen(playbook: Path | None) -> Playbook:
    """The playbook from a file, or sevdrill's own."""
    return default_playbook() if playbook is None else load_playbook(playbook)


def _print(drills: Sequence[Drill], rules: Playbook) -> None:
    console = Console()
    cards = {drill.name: score(drill.scenario, drill.trace, rules) for drill in drills}
    if len(drills) > 1:
        printing.standings(console, cards)
        return
    for drill in drills:
        card = cards[drill.name]
        printing.title(
            console, drill.scenario, drill.trace, f"{drill.name} · playbook {rules.id} {rules.version}"
        )
        printing.card_of(console, card)
