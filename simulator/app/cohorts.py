"""`sevdrill cohort`: what many drills have in common. Nobody is named."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from scoring.report import cohort_report
from simulator.app.drills import Where
from simulator.app.files import write_file
from simulator.errors import InputError
from simulator.store import open_store
from simulator.store.frames import cohort as cohort_of


def report_cohort(
    place: Where = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page that needs no network.")
    ] = None,
    cohort: Annotated[str | None, typer.Option(help="Only this team or course.")] = None,
    mode: Annotated[str | None, typer.Option(help="Only this mode: coached, standard or exam.")] = None,
    scenario: Annotated[str | None, typer.Option(metavar="ID", help="Only this scenario.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only drills begun on this day or later.")
    ] = None,
) -> None:
    """Report on all scored drills: times by scenario and severity, rules kept, learning."""
    chosen = {"cohort": cohort, "mode": mode, "scenario": scenario}
    found = _only(cohort_of(open_store(place)), chosen, since)
    if found.empty:
        raise InputError("cohort", "no scored drill fits", "drills that were played to their end and scored")
    report = cohort_report(found)
    if html is None:
        sys.stdout.write(report.text)
    else:
        write_file(html, report.page().encode())


def _only(drills: pd.DataFrame, chosen: dict[str, str | None], since: datetime | None) -> pd.DataFrame:
    """The drills for which every column that is chosen has the value that is wanted."""
    for column, wanted in chosen.items():
        if wanted is not None:
            drills = drills[drills[column] == wanted]
    if since is not None:
        drills = drills[drills["started_at"] >= since.replace(tzinfo=UTC)]
    return drills
