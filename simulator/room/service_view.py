"""The view model of the service dashboards: words and curves for what the seat may see, as plain data.

A service whose dashboard nobody has looked at has a name here and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.clock import clock
from simulator.dashboards import Dashboard
from simulator.moves import MOVES
from simulator.observe import Observation
from simulator.room.chartdata import Column, Curve, PlotSpec, averaged
from simulator.scenario.model import Scenario

NOW, PAST = "now", "past"
"""The windows: the drill so far, and the last twelve hours."""
BEFORE_S = 900
"""How much of the quiet day before the drill is shown with it."""
SPANS_S = (1800, 3600, 5400, 7200, 10800, 14400, 21600, 28800, 43200, 86400, 172800)
"""Lengths of the time axis: it jumps to the next one rather than crawl."""
HALF_DAY_S = 43_200
ROUND_S = 900
"""The window of twelve hours ends at the next quarter of an hour."""
STEPS_S = (5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900)
POINTS = 240
"""About as many as a small chart has pixels."""
USUAL_MIN = 60
"""What is usual now is what was recorded in the last hour before the opening."""

FULL = 105.0
"""Where an axis of per cent ends: a line at 100 % is still seen whole."""
FAILING, SLOW, BUSY, IDLE = 0.01, 2.0, 0.9, 0.25
"""Worth a word: this share of errors, this many times the usual p99, this share busy, this share of the usual
traffic. Chosen for teaching."""

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Signal:
    """One of the four golden signals: a chart, and where its columns come from."""

    spec: PlotSpec
    columns: tuple[tuple[str, float], ...]
    """The metric of each line, then of each aside, and what it is multiplied by."""
    least: float | None = None
    """What the axis shows at the least; None: half as much again as the usual."""


SIGNALS = (
    Signal(
        PlotSpec("Errors", "%", ({"label": "errors", "token": "alarm"},), decimals=1, ceiling=FULL),
        (("error_rate", 100.0),),
        least=5.0,
    ),
    Signal(
        PlotSpec("Latency", "ms", ({"label": "p99", "token": "calm"}, {"label": "p50", "token": "muted"})),
        (("latency_p99_s", 1000.0), ("latency_p50_s", 1000.0)),
    ),
    Signal(
        PlotSpec(
            "Saturation",
            "%",
            ({"label": "busy", "token": "warn"},),
            asides=({"label": "queue", "unit": "", "decimals": 0},),
            ceiling=FULL,
        ),
        (("busy_share", 100.0), ("queue", 1.0)),
        least=FULL,
    ),
    Signal(
        PlotSpec("Traffic", "requests/s", ({"label": "traffic", "token": "calm"},)),
        (("requests_per_s", 1.0),),
    ),
)
SPECS = tuple(signal.spec for signal in SIGNALS)


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service in the list."""

    id: str
    title: str
    state: str
    """`not opened`, `opening`, `no data`, `failing`, `slow`, `busy`, `idle` or `normal`."""
    tone: str
    """One of `picks.TONES`."""

    @property
    def opened(self) -> bool:
        """Whether its dashboard can be seen."""
        return self.state not in ("not opened", "opening")


@dataclass(frozen=True, slots=True)
class Curves:
    """What the charts of one service show."""

    t: Sequence[float]
    curves: Sequence[Curve]
    window: tuple[float, float]
    gap: str
    """`no data since 14:05`, while monitoring is blind."""


_TONES = {
    "no data": "warn",
    "failing": "alarm",
    "slow": "warn",
    "busy": "warn",
    "idle": "warn",
    "normal": "good",
}


def service_lines(scenario: Scenario, seen: Observation) -> tuple[ServiceLine, ...]:
    """Every service, in the scenario's order."""
    return tuple(
        ServiceLine(key, service.title, state := _state(scenario, seen, key), _TONES.get(state, ""))
        for key, service in scenario.services.items()
    )


def _state(scenario: Scenario, seen: Observation, service: str) -> str:
    dashboard = seen.dashboards.get(service)
    if dashboard is not None:
        return _health(dashboard)
    label = MOVES["look"].label(scenario, {"source": "dashboard", "about": service})
    return "opening" if any(work.label == label for work in seen.work) else "not opened"


def _health(dashboard: Dashboard) -> str:
    if dashboard.blind_since_ms is not None:
        return "no data"
    now = {metric: values[-1] or 0.0 for metric, values in dashboard.signals.items() if values}
    if not now:
        return "normal"
    usual = {metric: usual_range(dashboard, metric) for metric in now}
    if now["error_rate"] >= FAILING and now["error_rate"] > usual["error_rate"][1]:
        return "failing"
    if now["latency_p99_s"] > SLOW * usual["latency_p99_s"][1]:
        return "slow"
    if now["busy_share"] >= BUSY and now["busy_share"] > usual["busy_share"][1]:
        return "busy"
    return "idle" if now["requests_per_s"] < IDLE * usual["requests_per_s"][0] else "normal"


def usual_range(dashboard: Dashboard, metric: str) -> Range:
    """The least and the most of a metric in the hour before the opening."""
    recent = dashboard.past[metric][-USUAL_MIN:]
    return min(recent), max(recent)


def curves_of(seen: Observation, service: str, window: str) -> Curves:
    """The charts of a service that has been opened.

    Args:
        seen: what the seat sees.
        service: which.
        window: `NOW` or `PAST`.
    """
    dashboard = seen.dashboards[service]
    begin, end = _window(seen, window)
    times, columns = _joined(dashboard, begin)
    step = next((step for step in STEPS_S if step >= (end - begin) / POINTS), STEPS_S[-1])
    t, means = averaged(times, columns, step)
    rest = iter(means)
    curves = [_curve(dashboard, signal, [next(rest) for _ in signal.columns]) for signal in SIGNALS]
    blind_ms = dashboard.blind_since_ms
    gap = "" if blind_ms is None else f"no data since {clock(seen.starts, blind_ms)}"
    return Curves(t, curves, (begin, end), gap)


def _window(seen: Observation, window: str) -> tuple[int, int]:
    at_s = seen.at_ms // 1000
    if window == PAST:
        end = -(-at_s // ROUND_S) * ROUND_S
        return end - HALF_DAY_S, end
    whole_s = BEFORE_S + seen.length_ms // 1000
    wanted_s = BEFORE_S + 1.05 * at_s
    span_s = next((span for span in SPANS_S if wanted_s <= span <= whole_s), whole_s)
    return -BEFORE_S, span_s - BEFORE_S


def _joined(dashboard: Dashboard, begin_s: int) -> tuple[list[float], list[list[float | None]]]:
    """The quiet day from `begin_s` on and the drill after it, in the charts' units."""
    old = [n for n, at_s in enumerate(dashboard.past_at_s) if begin_s <= at_s < 0]
    new = [n for n, at_ms in enumerate(dashboard.at_ms) if at_ms >= 1000 * begin_s]
    times = [
        *(float(dashboard.past_at_s[n]) for n in old),
        *(dashboard.at_ms[n] / 1000 for n in new),
    ]
    columns = [
        [
            *(times_by * dashboard.past[metric][n] for n in old),
            *(_scaled(dashboard.signals[metric][n], times_by) for n in new),
        ]
        for signal in SIGNALS
        for metric, times_by in signal.columns
    ]
    return times, columns


def _scaled(value: float | None, times_by: float) -> float | None:
    return None if value is None else times_by * value


def _curve(dashboard: Dashboard, signal: Signal, y: Sequence[Column]) -> Curve:
    spec = signal.spec
    usual = [_usual(dashboard, *column) for column in signal.columns[: len(spec.series)]]
    told = [_in_words(ends, spec) for ends in usual]
    if len(told) > 1:
        told = [f"{one['label']} {words}" for one, words in zip(spec.series, told, strict=True)]
    least = 1.5 * max(high for _, high in usual) if signal.least is None else signal.least
    return Curve(y, usual, f"usual {', '.join(told)}", max(1.0, least))


def _usual(dashboard: Dashboard, metric: str, times_by: float) -> Range:
    low, high = usual_range(dashboard, metric)
    return times_by * low, times_by * high


def _in_words(ends: Range, spec: PlotSpec) -> str:
    low, high = (f"{end:,.{spec.decimals}f}" if round(end, spec.decimals) else "0" for end in ends)
    return f"{low if low == high else f'{low}–{high}'} {spec.unit}"


def options(lines: Sequence[ServiceLine]) -> list[Mapping[str, str]]:
    """The list of services, as `Picks` takes it."""
    return [
        {
            "id": line.id,
            "title": line.title.partition(" (")[0],
            "hint": line.title,
            "detail": line.state,
            "tone": line.tone,
        }
        for line in lines
    ]
