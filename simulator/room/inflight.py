"""What is being done right now, by whom, and how far it is."""

import ipywidgets as W  # noqa: N812

from simulator.room.boxes import column
from simulator.room.markup import Markup, el
from simulator.room.view import ALMOST, Job


class InFlightPanel:
    """One bar per piece of work. The browser moves the bars between two ticks."""

    def __init__(self) -> None:
        self._jobs = W.HTML()
        heading = W.HTML(el("h3", "sevdrill-heading", "In flight"))
        self.widget = column("sevdrill-card sevdrill-inflight", heading, self._jobs)

    def show(self, jobs: tuple[Job, ...], speed: float) -> None:
        """Draw the work; `speed` is drill seconds per second, 0 while the drill stands."""
        if jobs:
            self._jobs.value = el("ul", "sevdrill-jobs", *(_job(job, speed) for job in jobs))
        else:
            self._jobs.value = el("p", "sevdrill-empty", "Nothing is being done.")


def _job(job: Job, speed: float) -> Markup:
    return el(
        "li",
        "sevdrill-job" + " sevdrill-queued" * job.waiting,
        el("span", "sevdrill-job-label", job.label),
        el("span", "sevdrill-job-left", f"{job.who} · {job.left}"),
        *([] if job.waiting else [_bar(job, speed)]),
        data_decision=job.id,
    )


def _bar(job: Job, speed: float) -> Markup:
    return el(
        "div",
        "sevdrill-bar",
        el("span", "", style=_movement(job, speed)),
        role="progressbar",
        aria_label=job.label,
        aria_valuemin=0,
        aria_valuemax=100,
        aria_valuenow=round(100 * job.progress),
    )


def _movement(job: Job, speed: float) -> str:
    """From where it stands to almost done in the time that is left, as the browser's own animation."""
    start = f"--from:{job.progress:.3f};--to:{ALMOST}"
    if not speed or job.progress >= ALMOST:
        return f"{start};animation:none"
    return f"{start};animation-duration:{job.left_ms / 1000 / speed:.2f}s"
