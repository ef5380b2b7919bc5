"""A trace as a waterfall: a table of its steps, each with a bar that shows when it ran."""

from collections.abc import Iterator

from simulator.room import words
from simulator.room.markup import Markup, el
from simulator.scenario.model import Scenario, Span

_SAID = {"error": "failed", "timeout": "timed out"}


def waterfall(scenario: Scenario, spans: tuple[Span, ...]) -> Markup:
    """The steps, in the order given, on one axis of time."""
    whole_ms = max((span.start_ms + span.length_ms for span in spans), default=0.0) or 1.0
    heads = ("Step", f"0 to {words.exactly(whole_ms)}", "Takes")
    return el(
        "table",
        "sevdrill-waterfall",
        el("caption", "sevdrill-hidden", "The steps of the request"),
        el("thead", "", el("tr", "", *(el("th", "", head, scope="col") for head in heads))),
        el("tbody", "", *(_row(scenario, span, owner, whole_ms) for span, owner in _owned(spans))),
    )


def _owned(spans: tuple[Span, ...]) -> Iterator[tuple[Span, Span | None]]:
    """Each step with the one it belongs to."""
    above: list[Span] = []
    for span in spans:
        del above[span.depth :]
        yield span, above[-1] if above else None
        above.append(span)


def _row(scenario: Scenario, span: Span, owner: Span | None, whole_ms: float) -> Markup:
    elsewhere = owner is None or owner.service != span.service
    service = words.thing(scenario, span.service).partition(" (")[0]
    said = _SAID.get(span.status)
    return el(
        "tr",
        f"sevdrill-span sevdrill-{span.status}",
        el(
            "th",
            "",
            el("b", "", span.name),
            el("span", "sevdrill-where" if elsewhere else "sevdrill-hidden", f" {service}"),
            *_inside(span),
            scope="row",
            style=f"--depth:{span.depth}",
        ),
        el("td", "sevdrill-track", _bar(span, whole_ms), _begins(span)),
        el("td", "sevdrill-takes", words.exactly(span.length_ms), *([el("b", "", said)] if said else [])),
        data_depth=span.depth,
        data_status=span.status,
    )


def _inside(span: Span) -> list[Markup]:
    return [el("span", "sevdrill-hidden", f", level {span.depth + 1}")] if span.depth else []


def _begins(span: Span) -> Markup:
    return el("span", "sevdrill-hidden", f"begins at {words.exactly(span.start_ms)}")


def _bar(span: Span, whole_ms: float) -> Markup:
    left, width = 100 * span.start_ms / whole_ms, 100 * span.length_ms / whole_ms
    return el("span", "sevdrill-lasts", style=f"--left:{left:.2f}%;--width:{width:.2f}%", aria_hidden="true")
