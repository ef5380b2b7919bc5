"""A drill as files to hand on: debrief, tables, log, trace, postmortem."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from scoring.report import Debrief
from scoring.tables import score_table, timeline_table, times_table
from simulator.clock import clock
from simulator.session import Session
from simulator.store import StoredSession, Terms
from simulator.store.codes import Carried, write_file
from simulator.trace import ENGINE_VERSION, Trace

HTML, PDF, ZIP, JSON, MARKDOWN = (
    "text/html",
    "application/pdf",
    "application/zip",
    "application/json",
    "text/markdown",
)


@dataclass(frozen=True, slots=True)
class File:
    """A file that can be made."""

    name: str
    label: str
    about: str
    mime: str
    make: Callable[[], bytes]


def files_of(over: Session, debrief: Debrief) -> tuple[File, ...]:
    """Every file of a drill that is over.

    Args:
        over: the finished session.
        debrief: of that drill.
    """
    stem = f"{over.scenario.id}-{over.seed}"
    trace = debrief.case.trace
    return (
        File(
            f"{stem}-debrief.html",
            "Debrief as a page",
            "HTML that needs no network",
            HTML,
            lambda: debrief.page().encode(),
        ),
        File(f"{stem}-debrief.pdf", "Debrief as a document", "PDF to print", PDF, debrief.pdf),
        File(
            f"{stem}-postmortem.md",
            "Postmortem",
            "Markdown: what was written, or the timeline to begin with",
            MARKDOWN,
            lambda: debrief.postmortem().encode(),
        ),
        File(
            f"{stem}-tables.zip",
            "Tables",
            "CSV: measures, rules, timeline, decisions, impact",
            ZIP,
            lambda: zipped(over, debrief),
        ),
        File(
            f"{stem}-drill.json",
            "Drill",
            "JSON: scenario, seed and decision log; sevdrill import and play read it",
            JSON,
            lambda: write_file(_carried(over, trace)).encode(),
        ),
        File(f"{stem}-trace.json", "Trace", "JSON: everything that happened", JSON, trace.to_bytes),
    )


def zipped(over: Session, debrief: Debrief) -> bytes:
    """The drill's tables as CSV in one archive, the same bytes every time."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, table in _tables(over, debrief):
            entry = ZipInfo(f"{name}.csv")  # its date is 1980: when it was made is not what happened
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, table.to_csv(lineterminator="\n"))
    return target.getvalue()


def _tables(over: Session, debrief: Debrief) -> Iterator[tuple[str, pd.DataFrame]]:
    trace = debrief.case.trace
    yield "measures", times_table(debrief.card)
    yield "rules", score_table(debrief.card, debrief.case.playbook)
    yield "timeline", timeline_table(over.scenario, trace, hidden=True)
    yield "decisions", _decisions(over)
    yield "impact", pd.DataFrame(trace.impact).set_index("at_ms")


def _decisions(over: Session) -> pd.DataFrame:
    rows = [
        (d.id, d.at_ms, clock(over.scenario.starts, d.at_ms), d.seat, d.verb, json.dumps(dict(d.args)))
        for d in over.decisions
    ]
    return pd.DataFrame(rows, columns=["id", "at_ms", "time", "seat", "verb", "args"]).set_index("id")


def _carried(over: Session, trace: Trace) -> Carried:
    """The drill ready to travel, with its scenario in it."""
    terms = Terms(over.drill.mode, over.drill.seat) if isinstance(over, StoredSession) else Terms()
    text = over.scenario.model_dump_json()
    return Carried(
        scenario=over.scenario.id,
        version=over.scenario.version,
        scenario_id=sha256(text.encode()).hexdigest(),
        seed=over.seed,
        mode=terms.mode,
        seat=terms.seat,
        engine=ENGINE_VERSION,
        at_ms=over.scenario.length_ms,
        trace_digest=trace.digest,
        decisions=over.decisions,
        text=text,
    )
