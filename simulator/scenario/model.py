"""The types of a scenario: what an author may write, with the meaning and unit of each field.

Data only. Nothing here is evaluated or executed, and unknown keys are refused. `load.py` turns YAML into
these types and gives errors their line; `check.py` proves by play that a scenario is worth playing.
"""

import json
import operator
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

FORMAT = 1
"""The scenario format this version reads."""

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
"""A length of time: at most a day, the longest drill."""
Moment = Annotated[float, Field(ge=0, le=86_400)]
"""Seconds from the opening or from another moment; may be 0."""
Factor = Annotated[float, Field(gt=0, le=10_000)]
"""How many, or how many times as much."""
Level = Literal[1, 2, 3, 4]
"""A severity: 1 (total outage or data loss) to 4 (cosmetic)."""

Source = Literal[
    "dashboard",
    "logs",
    "traces",
    "diff",
    "changes",
    "customer_reports",
    "runbook",
    "provider_status",
    "staging",
    "production",
]
"""Where evidence is found: by looking, by reproducing in staging, or by debugging in production."""


class Part(BaseModel):
    """Base of every part: frozen, strict about types, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Brief(Part):
    """The page that wakes the trainee."""

    alert: Id
    """The alert whose firing pages the trainee's seat."""
    text: str
    """What the page says."""


class Daily(Part):
    """The rhythm of a day: busiest at one hour, quietest twelve hours later, smooth in between."""

    busiest_h: Annotated[float, Field(ge=0, lt=24)] = 20.0
    """Hour of the day with most users, by the clock of `starts`."""
    swing: Annotated[float, Field(ge=0, lt=1)] = 0.3
    """How far peak and low lie from the day's mean, as a share of it."""


class Traffic(Part):
    """Who is there and how busy they are."""

    users: Annotated[float, Field(gt=0, le=1e10)] | tuple[tuple[float, float], ...]
    """Active users: one number, or points `[at_s, users]` joined by straight lines."""
    daily: Daily | None = None
    """A rhythm of the day on top: `users` then holds at the opening, and the clock moves it from there."""
    requests_per_user_min: Factor = 6.0
    """Requests that one active user makes in a minute."""
    noise: Share = 0.01
    """Standard deviation of the traffic from minute to minute, as a share of it."""


class Cache(Part):
    """Answers kept by the caller, so that most calls need not be made. It warms as calls succeed."""

    hit_ratio: Annotated[float, Field(ge=0, lt=1)] = 0.9
    """Share of calls answered from it when it is warm."""
    entries: Annotated[float, Field(ge=1, le=1e12)] = 10_000.0
    """Different answers that fill it, each asked for equally often: more entries take longer to warm."""
    ttl_s: Seconds | None = None
    """Mean time after which an entry expires; none: they stay."""
    kept_in: Id | None = None
    """The service whose restart empties it; none: the caller itself."""


class Breaker(Part):
    """A circuit breaker: fails calls at once while their target is failing."""

    opens_above: Share = 0.5
    """Share of attempts failing at which it opens."""
    open_s: Seconds = 30.0
    """How long it stays open before it lets a tenth of the calls through to try."""


class Dependency(Part):
    """One service calling another."""

    calls: Factor = 1.0
    """Calls per request of the caller."""
    timeout_s: Seconds = 1.0
    """How long the caller waits for one attempt."""
    retries: Annotated[int, Field(ge=0, le=10)] = 0
    """Further attempts after a failed one."""
    backoff_s: Moment = 0.1
    """Wait before a retry."""
    retry_budget: Annotated[float, Field(ge=0, le=10_000)] | None = None
    """Most retries allowed, as a share of first attempts; none: no limit."""
    kind: Literal["hard", "soft", "job"] = "hard"
    """hard: its failure fails the caller's request. soft: it costs time, and the answer is poorer.
    job: the caller leaves a job in the target's queue and goes on; no timeout and no backoff apply."""
    flag: Id | None = None
    """The feature flag that gates the calls: off means none are made and a fallback answers."""
    connections: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Size of the caller's connection pool: calls beyond that wait, at most `timeout_s`; none: no limit."""
    cache: Cache | None = None
    breaker: Breaker | None = None


class Service(Part):
    """A service: a pool of workers with a bounded queue, and what it calls."""

    title: str
    workers: Annotated[int, Field(ge=1, le=1_000_000)]
    """Requests served at the same time."""
    latency_s: Seconds
    """Its own work on one request, without waiting and without its dependencies."""
    queue: Annotated[int, Field(ge=0, le=1_000_000_000)] = 1000
    """Most requests waiting; more are turned away."""
    error_rate: Share = 0.0
    """Share of its requests that fail on a quiet day."""
    provider: bool = False
    """Run by somebody else: it cannot be restarted, scaled or rolled back from here."""
    cores: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Processors that all workers share for their own work; none: every worker has its own."""
    quota_per_s: Factor | None = None
    """Most requests let in per second; more are refused at once; none: no quota."""
    restart_s: Seconds = 90.0
    """Median time of a rolling restart."""
    warmup_s: Moment = 0.0
    """How long its own work is slow after a restart, falling in a straight line to normal."""
    cold_factor: Annotated[float, Field(ge=1, le=1000)] = 3.0
    """How many times as long its own work takes just after a restart, if `warmup_s` is set."""
    scale_s: Seconds = 150.0
    """Median time until further workers serve."""
    zones: dict[Id, Share] = Field(default_factory=dict)
    """Where its workers stand: the share in each zone, adding up to 1; none: all in one place."""
    failover_s: Seconds = 60.0
    """Median time of a failover out of a zone."""
    replication_lag_s: Moment = 0.0
    """How far copies in other zones are behind: a failover loses the records of that long."""
    backup_age_s: Moment | None = None
    """Age of the newest backup: a restore loses the records of that long; none: there is no backup."""
    restore_s: Seconds = 900.0
    """Median time of a restore, during which it serves nobody."""
    depends: dict[Id, Dependency] = Field(default_factory=dict)


def keeps_cache(service: Service) -> bool:
    """Whether it answers some of its calls from a cache."""
    return any(dependency.cache is not None for dependency in service.depends.values())


class Journey(Part):
    """Something users do, as a path through services."""

    title: str
    users: str
    """What to call the people on it, e.g. 'shoppers checking out'."""
    share: Share
    """Share of all active users who are on it."""
    path: Annotated[tuple[Id, ...], Field(min_length=1)]
    """Services called, in order; all must succeed."""
    timeout_s: Seconds = 8.0
    """How long a user's client waits."""
    retries: Annotated[int, Field(ge=0, le=10)] = 0
    """Further attempts by the client."""
    backoff_s: Moment = 1.0
    slow_after_s: Seconds = 3.0
    """An answer later than this counts as slow."""
    returns: Share = 0.0
    """Share of those who gave up who come back to try afresh: a herd once service is back."""
    returns_after_s: Seconds = 120.0
    """Mean time until they do."""
    job: Id | None = None
    """The service whose jobs must be done before users have what they came for (see `Dependency.kind`)."""
    job_slow_after_s: Seconds = 60.0
    """A job done later than this counts as slow."""


class Responder(Part):
    """A simulated person who can be paged and given work."""

    name: str
    title: str
    role: Literal["operations", "communications", "specialist"]
    """What they are for. Work outside it takes them twice as long."""
    knows: tuple[Id, ...] = ()
    """Services they know well: looking into these takes them a third less time."""
    on_call: bool = True
    """Whether they are on call now. Waking others is for high severities or a stated need."""
    acknowledges_s: Seconds = 60.0
    """Median time from page to acknowledgement."""
    joins_s: Seconds = 45.0
    """Median time from acknowledgement to being in the channel."""


class Stakeholder(Part):
    """Somebody who waits for news, and asks when there is none."""

    name: str
    title: str
    patience_s: Annotated[float, Field(ge=1, le=86_400)] = 900.0
    """How long without news before they ask, from the first page on."""
    asks: Annotated[tuple[str, ...], Field(min_length=1)] = ("Any news?",)
    """What they say, in turn; the last one repeats."""
    manager: bool = False
    """The duty manager, whom a SEV-2 and above pages."""


class Change(Part):
    """Something that changed recently, guilty or not."""

    title: str
    kind: Literal["deploy", "config", "flag", "dependency", "infrastructure"]
    service: Id
    at_s: Annotated[float, Field(ge=-31_536_000, le=0)]
    """When, relative to the opening: 0 or negative, for it has happened; at most a year ago."""
    by: str
    """The team that made it (never a person)."""
    undo_s: Seconds | None = None
    """Median time to roll it back; none: there is no way to roll it back."""


class Flag(Part):
    """A feature flag that can be turned off."""

    title: str
    on: bool = True
    takes_s: Seconds = 40.0
    """Median time to turn it off everywhere."""


class Scaler(Part):
    """What an autoscaler does: keeps a service's workers busy to a target."""

    service: Id
    target_busy: Annotated[float, Field(gt=0, lt=1)] = 0.6
    """Share of workers that it wants busy."""
    least: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    """Fewest workers."""
    most: Annotated[int, Field(ge=1, le=1_000_000)]
    """Most workers: its ceiling."""
    every_s: Seconds = 60.0
    """How often it looks and decides."""
    delay_s: Moment = 120.0
    """Time from its decision until new workers serve; it lets workers go at once."""


class Automation(Part):
    """Something that acts by itself and can be stopped: an autoscaler, a rollout, a clean-up."""

    title: str
    stop_s: Seconds = 30.0
    """Median time to stop it."""
    scaler: Scaler | None = None
    """For an autoscaler: what it does. Other automations act through faults that name them."""


class Procedure(Part):
    """A prepared act from a runbook that no other move covers: renew a certificate, raise a quota."""

    title: str
    service: Id
    """The service it is done to."""
    takes_s: Seconds = 180.0
    """Median time it takes."""
    restarts: bool = False
    """Whether it ends in a restart of the service, with all that comes of one."""


class Alert(Part):
    """A rule that fires when a reading stays above a threshold."""

    title: str
    metric: Literal[
        "error_rate",
        "latency_p99_s",
        "busy_share",
        "queue",
        "wait_s",
        "requests_per_s",
        "users_affected_share",
    ]
    of: Id
    """The service, or for `users_affected_share` the journey."""
    above: Annotated[float, Field(ge=0)]
    for_s: Moment = 60.0
    """How long it must stay above before it fires, and below before it clears."""


MitigationVerb = Literal[
    "roll_back",
    "flag_off",
    "shed",
    "restart",
    "scale",
    "fail_over",
    "bypass_cache",
    "stop_automation",
    "restore",
    "run_procedure",
    "hold_for_provider",
]
"""Moves that take a fault out of the users' way."""
ALL_TRAFFIC = "traffic"
"""What shedding names as its target when it is for all journeys."""


class Mitigation(Part):
    """A mitigation, named by its verb and what it is done to."""

    verb: MitigationVerb
    target: Id
    """roll_back: a change. flag_off: a flag. shed: a journey, or `traffic` for all. restart, scale, restore:
    a service. fail_over: a service. bypass_cache: the service that calls. stop_automation: an automation.
    run_procedure: a procedure. hold_for_provider: a provider."""
    amount: Annotated[float, Field(gt=0, le=10_000)] | None = None
    """shed: the least share that helps. scale: the least number of times as many workers."""
    zone: Id | None = None
    """fail_over: the zone to leave."""


def _flag_off(given: Any) -> Any:
    """A bare id is short for turning that flag off."""
    return {"verb": "flag_off", "target": given} if isinstance(given, str) else given


Way = Annotated[Mitigation, BeforeValidator(_flag_off, json_schema_input_type=Id | Mitigation)]


Milliseconds = Annotated[float, Field(ge=0, le=86_400_000)]


class Span(Part):
    """One step of a request's way, for a trace to be drawn as a waterfall."""

    service: Id
    """Where the time was spent."""
    name: str
    """What was done there, such as a call or a function."""
    depth: Annotated[int, Field(ge=0, le=20)] = 0
    """How deep it lies: it belongs to the nearest span above it that is one less deep. 0 begins a request."""
    start_ms: Milliseconds
    """When it begins, from the start of the trace."""
    length_ms: Milliseconds
    status: Literal["ok", "error", "timeout"] = "ok"
    """timeout: whoever asked gave up waiting."""


class Evidence(Part):
    """Something that can be found by looking."""

    id: Id
    source: Source
    """Where it is found."""
    from_s: Moment = 0.0
    """Not to be found before this moment."""
    until_s: Moment | None = None
    """Not to be found from this moment on; none: it stays."""
    about: Id | None = None
    """The service or change that must be looked at to find it; none: found by any look at the source."""
    title: str
    text: str
    spans: Annotated[tuple[Span, ...], Field(exclude_if=operator.not_)] = ()
    """For `traces`: the steps of a typical request, each below the one it belongs to."""
    implicates: tuple[Id, ...] = ()
    """Changes or services that a careful reader would now suspect."""
    clears: tuple[Id, ...] = ()
    """Changes or services that a careful reader would now rule out."""
    unsafe: tuple[Id, ...] = ()
    """Changes that, a careful reader sees, must not be rolled back."""
    workaround: tuple[Way, ...] = ()
    """What, a careful reader sees, would take the fault out of the users' way: the id of a flag to turn off,
    or any other mitigation."""
    strength: Literal["hint", "strong"] = "strong"
    herring: str | None = None
    """Why this misleads, told in the debrief; only for red herrings."""


class When(Part):
    """Conditions under which a fault acts; all given ones must hold."""

    live: Id | None = None
    """This change is in production: neither rolled back nor fixed."""
    undone: Id | None = None
    """This change has been rolled back."""
    flag_on: Id | None = None
    flag_off: Id | None = None
    running: Id | None = None
    """This automation has not been stopped."""
    not_done: Id | None = None
    """This procedure has not been carried out."""
    not_restored: Id | None = None
    """This service has not been restored from its backup."""
    unfixed: Id | None = None
    """No fix has been shipped for this service."""


FaultKind = Literal[
    "errors",
    "slowdown",
    "capacity_loss",
    "crash",
    "leak",
    "lost_calls",
    "corruption",
    "expiry",
    "partition",
    "quota",
    "blind",
]


class Fault(Part):
    """A parameter of a service gone wrong; users are hurt only through the equations."""

    kind: FaultKind
    """errors: requests fail after work. slowdown: own work takes longer. capacity_loss: workers are gone.
    crash: all workers are killed at once and restart.
    leak: memory fills, work slows from 80 % on, and at 100 % all workers are killed and restart, again and
    again. lost_calls: calls to one dependency are never answered. corruption: records go bad unnoticed.
    expiry: a certificate or clock ends, and requests are refused before any work. partition: one zone and
    the others do not hear each other. quota: fewer requests are let in. blind: the service's readings
    stand still."""
    service: Id | None = None
    """The service it happens to (lost_calls: the caller); for every kind but `partition`."""
    amount: Annotated[float, Field(ge=0, le=1_000_000)] = 1.0
    """errors, expiry, lost_calls, corruption: share of requests. slowdown: times as slow. capacity_loss:
    share of workers. leak: seconds until memory is full. quota: requests let in per second. partition,
    crash and blind: nothing."""
    to: Id | None = None
    """lost_calls: the dependency that is not reached."""
    zone: Id | None = None
    """Only in this zone; partition: the zone that is cut off."""
    at_s: Annotated[float, Field(ge=-86_400, le=86_400)] = 0.0
    """Earliest moment at which it can begin; before the opening (negative): its ramp, curve or leak has come
    as far as it would have since then."""
    ramp_s: Moment = 0.0
    """Time from beginning to full size, in a straight line: a rollout over a fleet, connections renewed."""
    curve: tuple[tuple[Moment, Share], ...] = ()
    """Its size over time instead of a ramp: points `[seconds since it began, share of its amount]`, joined by
    straight lines."""
    until_s: Moment | None = None
    """When it ends by itself; none: never."""
    when: When = When()
    spread_by: Id | None = None
    """The automation that spreads it: stopped, the fault stays as large as it is then."""
    loses_data: bool = False
    """True: records are being lost or corrupted while it acts, which is SEV-1 by definition. Corruption
    always does."""

    @property
    def harms_records(self) -> bool:
        """Whether records are being lost or corrupted while it acts."""
        return self.loses_data or self.kind == "corruption"


class Cause(Part):
    """The truth that a postmortem must name."""

    kind: Literal["change", "provider", "service"]
    id: Id
    """The guilty change, the failing provider, or the service of our own that something is wrong with."""
    fault: Id
    """The fault through which it hurts."""
    text: str
    """The root cause in one or two sentences."""


class HotFix(Part):
    """What a fix pushed straight to production risks."""

    risk: Share = 0.5
    """Chance that it breaks something else."""
    fault: Fault
    """What it breaks; `at_s` and `until_s` count from the moment it ships."""


class Triage(Part):
    """Answers to the three questions that the evidence supports."""

    impact: tuple[Literal["total", "degraded", "cosmetic", "none"], ...] = ("degraded",)
    """What users feel; none: it is a false alarm."""
    changed: tuple[str, ...]
    """Change ids, or 'nothing'."""
    rollback: tuple[Literal["yes", "unsafe", "no"], ...]


class Variant(Part):
    """One truth behind the same opening."""

    title: str
    """Shown only in the debrief."""
    weight: Factor = 1.0
    cause: Cause
    faults: Annotated[dict[Id, Fault], Field(min_length=1)]
    evidence: tuple[Evidence, ...]
    unsafe_to_undo: tuple[Id, ...] = ()
    """Changes whose rollback does harm here."""
    right_moves: Annotated[tuple[Mitigation, ...], Field(min_length=1)]
    """The mitigations that work in this variant."""
    wrong_moves: tuple[Mitigation, ...] = ()
    """Plausible acts that make it worse here: `sevdrill check` proves that they do."""
    triage: Triage
    staging_reproduces: bool = True
    """Whether the fault can be reproduced outside production."""
    hot_fix: HotFix | None = None


class Inject(Part):
    """Something said in the channel at a set time."""

    at_s: Moment
    author: str
    text: str
    herring: str | None = None
    """Why this misleads, told in the debrief; only for red herrings."""


class SeverityBands(Part):
    """Which share of all active users, affected, makes which true severity."""

    sev1: Share = 0.6
    sev2: Share = 0.05
    sev3: Share = 0.005
    sev4: Share = 0.002


class Debrief(Part):
    """What a trainee should take home."""

    teaches: tuple[str, ...] = ()


Place = Literal[
    "bar",
    "controls",
    "page",
    "stations",
    "chart",
    "alerts",
    "in_flight",
    "channel",
    "evidence",
    "moves",
]
"""A part of the control room."""
Goal = Literal[
    "next",
    "paged",
    "acknowledged",
    "looked",
    "answered",
    "declared",
    "told",
    "called",
    "here",
    "done",
    "well",
    "mitigated",
    "resolved",
    "scheduled",
    "written",
]
"""What completes a step of a guide."""


class GuideStep(Part):
    """One step of the guide that a tutorial shows while it is played."""

    title: str
    text: str
    """What to look at or to do, in a sentence or three."""
    place: Place | None = None
    """The part of the room that is outlined: bar (clock and numbers), controls (pause, speed, end), page (the
    call and its Acknowledge button), stations (the way through), or a panel by its name."""
    move: Id | None = None
    """Instead of a place: the move whose form is outlined, by its verb; its tab is opened."""
    until: Goal = "next"
    """When the step is done. next: the trainee presses Next; the clock stands still until then. paged,
    acknowledged. looked: at `of`, a source, or anywhere. answered: the three questions. declared: a severity.
    told: an update is posted. called: `of`, a person, or anybody, has been paged; here: has come. done: a
    change of production, to `of` or anything. well: users are. mitigated and resolved: declared. scheduled
    and written: the postmortem."""
    of: Id | None = None
    """For looked: the source. For called and here: the person. For done: the change, flag or service."""


def _is_empty(given: tuple[Any, ...]) -> bool:
    return not given


class Scenario(Part):
    """A whole scenario file."""

    format: Literal[1]
    id: Id
    version: Annotated[int, Field(ge=1)]
    """Raised whenever a change of the file changes a trace."""
    title: str
    summary: str
    """One or two sentences for the list of scenarios; gives nothing away."""
    skills: tuple[str, ...] = ()
    difficulty: Literal["starter", "intermediate", "advanced"] = "starter"
    sources: tuple[str, ...] = ()
    length_s: Annotated[int, Field(ge=300, le=86400)] = 3600
    starts: str = "2026-03-10T14:00:00"
    """The calendar time at the opening, as `YYYY-MM-DDTHH:MM:SS`."""
    brief: Brief
    traffic: Traffic
    services: Annotated[dict[Id, Service], Field(min_length=1)]
    journeys: Annotated[dict[Id, Journey], Field(min_length=1)]
    responders: dict[Id, Responder] = Field(default_factory=dict)
    stakeholders: dict[Id, Stakeholder] = Field(default_factory=dict)
    changes: dict[Id, Change] = Field(default_factory=dict)
    flags: dict[Id, Flag] = Field(default_factory=dict)
    automations: dict[Id, Automation] = Field(default_factory=dict)
    procedures: dict[Id, Procedure] = Field(default_factory=dict)
    monitoring: Id | None = None
    """The service that monitoring needs: while it fails most requests, all readings stand still."""
    status_page: Id | None = None
    """The service that the status page needs: while it fails most requests, nothing can be posted there."""
    alerts: Annotated[dict[Id, Alert], Field(min_length=1)]
    evidence: tuple[Evidence, ...] = ()
    """Found in every variant."""
    injects: tuple[Inject, ...] = ()
    variants: Annotated[dict[Id, Variant], Field(min_length=1)]
    severity: SeverityBands = SeverityBands()
    debrief: Debrief = Debrief()
    guide: tuple[GuideStep, ...] = Field(default=(), exclude_if=_is_empty)
    """For a tutorial: what the room explains, step by step. Without one it is left out of the digest."""

    @property
    def length_ms(self) -> int:
        """The drill's length in ms."""
        return self.length_s * 1000

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the scenario's canonical JSON, in hex."""
        content = self.model_dump(mode="json")
        return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What others have worked out from it, see `once`."""
        return {}

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields changed: what was worked out from this one does not hold for it."""
        copied = super().model_copy(update=update, deep=deep)
        for worked_out in ("digest", "kept"):
            copied.__dict__.pop(worked_out, None)
        return copied

    def only(self, variant: str) -> "Scenario":
        """The same scenario with one variant left, so that every seed plays it.

        Raises:
            KeyError: the scenario has no such variant.
        """
        return self.model_copy(update={"variants": {variant: self.variants[variant]}})
