"""Work done by hand by whoever held command meanwhile."""

from collections.abc import Iterator
from typing import NamedTuple

from scoring.case import Case, Job
from scoring.steps import Steps


class Slip(NamedTuple):
    """Work by hand by whoever held command, while they held it."""

    job: Job
    start_ms: int
    length_ms: int


def slips(case: Case) -> Iterator[Slip]:
    """Every such piece of work, in the order of starts."""
    roles = (event for event in case.events("role") if event.subject == "incident_commander")
    holder: Steps[str | None] = Steps.of(None, ((event.at_ms, event.detail["holder"]) for event in roles))
    for job in case.jobs:
        if not job.hands_on:
            continue
        end_ms = job.end.at_ms if job.end else case.end_ms
        held = [span for span in holder.spans(job.start.at_ms, end_ms) if span.value == job.actor]
        if held:
            yield Slip(job, held[0].start_ms, sum(span.length_ms for span in held))
