"""`sevdrill report`: the debrief of a stored drill, as a page, a document or a table to hand on."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from scoring.report import full_debrief
from simulator.app.files import read_drill, write_file
from simulator.app.scores import PlaybookFile, ScenarioOfDrill, chosen

Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write a page that needs no network.")
]
Pdf = Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write a document to print.")]
Csv = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="Write measures, rules and timeline.")
]
Markdown = Annotated[
    Path | None, typer.Option("--markdown", metavar="FILE", help="Write text for a ticket or wiki.")
]

Postmortem = Annotated[
    Path | None,
    typer.Option("--postmortem", metavar="FILE", help="Write the postmortem, or its beginning, as Markdown."),
]


def report_drill(  # noqa: PLR0913 - one option per form
    drill: Annotated[
        Path, typer.Argument(metavar="DRILL", help="A decision log, output of `play --json`, or trace.")
    ],
    playbook: PlaybookFile = None,
    scenario: ScenarioOfDrill = None,
    *,
    html: Html = None,
    pdf: Pdf = None,
    csv: Csv = None,
    markdown: Markdown = None,
    postmortem: Postmortem = None,
    seeds: Annotated[
        int, typer.Option(min=0, max=1000, help="Also play that many seeds, to take luck out; 0: none.")
    ] = 0,
) -> None:
    """Write the debrief of a stored drill; print it if no file is named."""
    found = read_drill(drill, scenario)
    told = full_debrief(found.scenario, found.trace, chosen(playbook), seeds=range(seeds))
    forms = (
        (html, lambda: told.page().encode()),
        (pdf, told.pdf),
        (csv, lambda: told.csv().encode()),
        (markdown, lambda: told.markdown().encode()),
        (postmortem, lambda: told.postmortem().encode()),
    )
    wanted = [(path, made) for path, made in forms if path is not None]
    for path, made in wanted:
        write_file(path, made())
    if not wanted:
        sys.stdout.write(told.text)
