"""Hand-built drills for the tests of scoring: a small scenario, and a trace written down minute by minute.

>>> play = Play("deploy").hurting(2, 12).at(3).paged().at(4).acknowledges()
>>> card = play.score()
"""

from functools import cache

from scoring import Scorecard, score
from scoring.case import Case
from scoring.playbook import Playbook, default_playbook
from scoring.rules import RULES, RuleResult
from scoring.scorecard import review
from simulator.grounds import HOLD, MITIGATIONS
from simulator.moves import MOVES, SEAT
from simulator.scenario.load import parse
from simulator.scenario.model import Scenario
from simulator.trace import Trace, TraceEvent, TraceHeader

IN_PRODUCTION = {*MITIGATIONS, "roll_forward", "flag_on", "ship_fix", "debug_in_production"} - {HOLD}
"""Verbs that put a change of production on the timeline."""
USERS = 10_000
"""Active users; half browse, half check out."""

SCENARIO = """
format: 1
id: small-shop
version: 1
title: A small shop
summary: Something breaks at the till.
length_s: 3600
starts: "2026-03-10T14:00:00"
brief: {alert: errors, text: The till answers errors.}
traffic: {users: 10000}
services:
  till: {title: Till, workers: 10, latency_s: 0.1, depends: {tax: {flag: live-tax}},
         zones: {east: 0.5, west: 0.5}}
  shelf: {title: Shelf, workers: 10, latency_s: 0.1}
  tax: {title: Tax provider, workers: 10, latency_s: 0.1, provider: true}
journeys:
  browse: {title: Browse, users: people browsing, share: 0.5, path: [shelf]}
  checkout: {title: Check out, users: people checking out, share: 0.5, path: [till]}
flags:
  new-sums: {title: New sums}
  live-tax: {title: Live tax}
procedures:
  new-certificate: {title: Renew the certificate, service: till}
changes:
  till-2: {title: Deploy till 2, kind: deploy, service: till, at_s: -60, by: Till team, undo_s: 60}
  shelf-9: {title: Deploy shelf 9, kind: deploy, service: shelf, at_s: -600, by: Shelf team, undo_s: 60}
responders:
  ana: {name: Ana, title: operations, role: operations, knows: [till]}
  ben: {name: Ben, title: communications, role: communications}
  eve: {name: Eve, title: shelf specialist, role: specialist, knows: [shelf], on_call: false}
stakeholders:
  max: {name: Max, title: duty manager, manager: true}
  sue: {name: Sue, title: support}
alerts:
  errors: {title: The till answers errors, metric: error_rate, of: till, above: 0.05}
injects:
  - {at_s: 300, author: Sue, text: "They say <b>it costs $5</b> & more", herring: "Nobody had looked."}
severity: {sev1: 0.6, sev2: 0.05, sev3: 0.005, sev4: 0.0005}
debrief: {teaches: [Read the diff.]}
evidence:
  - {id: runbook, source: runbook, title: Till runbook, text: Roll back with care.}
variants:
  deploy:
    title: The deploy did it
    cause: {kind: change, id: till-2, fault: bug, text: Till 2 has a bug.}
    faults: {bug: {kind: errors, service: till, amount: 0.4, when: {live: till-2}}}
    right_moves: [{verb: roll_back, target: till-2}]
    triage: {impact: [degraded], changed: [till-2], rollback: ["yes"]}
    evidence:
      - {id: diff, source: diff, about: till-2, title: A bug in the diff, text: "-1", implicates: [till-2]}
      - {id: logs, source: logs, about: till, title: Errors from till 2, text: E, implicates: [till-2],
         clears: [shelf-9]}
      - {id: hint-1, source: traces, about: till, title: First hint, text: "?", implicates: [till-2],
         strength: hint}
      - {id: hint-2, source: customer_reports, title: Second hint, text: "?", implicates: [till-2],
         strength: hint}
      - {id: herring, source: dashboard, title: Shelf is odd, text: "?", implicates: [shelf-9],
         strength: hint, herring: It is always odd.}
  migration:
    title: The deploy did it, and has a migration
    cause: {kind: change, id: till-2, fault: bug, text: Till 2 has a bug.}
    faults: {bug: {kind: errors, service: till, amount: 0.4, when: {live: till-2, flag_on: new-sums}}}
    right_moves: [{verb: flag_off, target: new-sums}]
    unsafe_to_undo: [till-2]
    triage: {impact: [degraded], changed: [till-2], rollback: [unsafe]}
    evidence:
      - {id: diff, source: diff, about: till-2, title: A migration in the diff, text: "-1",
         implicates: [till-2], unsafe: [till-2], workaround: [new-sums]}
      - {id: logs, source: logs, about: till, title: Errors from till 2, text: E, implicates: [till-2]}
  provider:
    title: The provider did it
    cause: {kind: provider, id: tax, fault: out, text: Tax was down.}
    faults: {out: {kind: errors, service: tax, amount: 0.4, until_s: 900}}
    right_moves: [{verb: flag_off, target: live-tax}]
    triage: {impact: [degraded], changed: [nothing], rollback: ["no"]}
    staging_reproduces: false
    evidence:
      - {id: logs, source: logs, about: till, title: Tax answers 503, text: E, implicates: [tax],
         clears: [till-2], workaround: [live-tax]}
  crowd:
    title: More people than the till can serve
    cause: {kind: service, id: till, fault: few, text: Half of the workers were gone.}
    faults: {few: {kind: capacity_loss, service: till, amount: 0.5}}
    right_moves: [{verb: scale, target: till, amount: 2}, {verb: shed, target: checkout, amount: 0.4}]
    wrong_moves: [{verb: restart, target: till}]
    triage: {impact: [degraded], changed: [nothing], rollback: ["no"]}
    evidence:
      - {id: queue, source: dashboard, about: till, title: All workers are busy, text: E, implicates: [till],
         workaround: [{verb: scale, target: till, amount: 2}, {verb: shed, target: checkout, amount: 0.4}]}
  east:
    title: A zone is failing
    cause: {kind: service, id: till, fault: dark, text: The power of zone east failed.}
    faults: {dark: {kind: errors, service: till, amount: 0.8, zone: east}}
    right_moves: [{verb: fail_over, target: till, zone: east}]
    triage: {impact: [degraded], changed: [nothing], rollback: ["no"]}
    evidence:
      - {id: zone, source: dashboard, about: till, title: Only zone east fails, text: E, implicates: [till],
         workaround: [{verb: fail_over, target: till, zone: east}]}
  outside:
    title: The provider did it, and there is no way round
    cause: {kind: provider, id: tax, fault: out, text: Tax was down.}
    faults: {out: {kind: errors, service: tax, amount: 0.4, until_s: 1800}}
    right_moves: [{verb: hold_for_provider, target: tax}]
    triage: {impact: [degraded], changed: [nothing], rollback: ["no"]}
    staging_reproduces: false
    evidence:
      - {id: status, source: provider_status, about: tax, title: Tax is down, text: E, implicates: [tax]}
  expired:
    title: A certificate ran out
    cause: {kind: service, id: till, fault: certificate, text: Nobody renewed the certificate.}
    faults: {certificate: {kind: expiry, service: till, amount: 0.4}}
    right_moves: [{verb: run_procedure, target: new-certificate}]
    triage: {impact: [degraded], changed: [nothing], rollback: ["no"]}
    evidence:
      - {id: expiry, source: logs, about: till, title: It has expired, text: E, implicates: [till],
         workaround: [{verb: run_procedure, target: new-certificate}]}
"""


@cache
def scenario() -> Scenario:
    return parse(SCENARIO, "small-shop.yaml")


class Play:
    """A drill written down: `at(minute)` moves the pen, every other method writes an event."""

    def __init__(self, variant: str = "deploy", minutes: float = 60) -> None:
        self.scenario = scenario()
        self.variant = self.scenario.variants[variant]
        self._variant_id = variant
        self._end_ms = round(60_000 * minutes)
        self._now_ms = 0
        self._events: list[tuple[int, str, str, dict[str, object]]] = []
        self._shares: list[tuple[int, float, float]] = []
        self._losing: list[tuple[int, int]] = []
        self._count = 0
        self._note("opened", self.scenario.id, title=self.scenario.title)

    # -- the truth ---------------------------------------------------------------------------------

    def hurting(self, from_min: float, to_min: float, checkout: float = 0.4, browse: float = 0.0) -> "Play":
        """That share of people checking out (and browsing) are affected from one minute to another."""
        self._shares += [(_ms(from_min), checkout, browse), (_ms(to_min), 0.0, 0.0)]
        return self

    def losing_data(self, from_min: float, to_min: float) -> "Play":
        self._losing.append((_ms(from_min), _ms(to_min)))
        return self

    def cause(self, *, present: bool) -> "Play":
        return self._note("truth.cause", self.variant.cause.id, present=present)

    def fault(self, name: str, state: str = "on") -> "Play":
        return self._note("truth.fault", name, state=state, loses_data=False)

    # -- what the seat does ------------------------------------------------------------------------

    def at(self, minute: float) -> "Play":
        self._now_ms = _ms(minute)
        return self

    def alert(self) -> "Play":
        return self._note("alert", "errors", state="firing", title="Errors", text="40.0% of requests fail")

    def paged(self) -> "Play":
        return self._note("page", SEAT, state="sent", by="errors")

    def acknowledges(self) -> "Play":
        self._decide("acknowledge")
        self._note("page", SEAT, state="acknowledged", by=SEAT)
        return self._note("role", "incident_commander", holder=SEAT, previous=None)

    def pages(self, *people: str) -> "Play":
        for who in people:
            self._note("page", who, state="sent", by=SEAT)
        return self

    def escalates(self, silent: str, to: str) -> "Play":
        self._decide("escalate", who=silent)
        return self._note("page", to, state="sent", by=SEAT, instead_of=silent)

    def hands_command_to(self, who: str) -> "Play":
        return self._note("role", "incident_commander", holder=who, previous=SEAT)

    def declares(self, level: int) -> "Play":
        self._decide("declare", level=level)
        return self._note("severity", SEAT, level=level, previous=None)

    def answers(self, **answers: str) -> "Play":
        self._decide("triage", **answers)
        return self._note("triage", SEAT, **answers)

    def sees(self, *names: str, by: str = SEAT) -> "Play":
        pool = {item.id: item for item in self.scenario.evidence + self.variant.evidence}
        for name in names:
            found = pool[name].model_dump(mode="json", exclude={"id", "from_s", "until_s", "herring"})
            self._note("evidence", name, **found, by=by, decision="d0")
        return self

    def sees_changes(self) -> "Play":
        nothing = {key: [] for key in ("implicates", "clears", "unsafe", "workaround")}
        return self._note(
            "evidence",
            "changes",
            source="changes",
            about=None,
            title="Recent changes",
            text="",
            strength="strong",
            by=SEAT,
            decision="d0",
            **nothing,
        )

    def posts(self, **said: object) -> "Play":
        """An update; what is not said is as complete and true as can be for the usual outage."""
        usual = {
            "stage": "investigating",
            "broken": ["checkout"],
            "affected": "some",
            "next_update_min": 15,
            "text": "",
        }
        channel = said.pop("channel", "status_page")
        decision = self._decide("post_update")
        return self._note("update", str(channel), by=SEAT, decision=decision, **{**usual, **said})

    def does(
        self,
        verb: str,
        target: str,
        minutes: float = 1,
        *,
        by: str = SEAT,
        ends: str = "done",
        **args: object,
    ) -> "Play":
        """Work from now on; `ends` is done, dropped or never."""
        decision, label = self._decide(verb, **args), f"{verb} {target}"
        in_production = verb in IN_PRODUCTION
        hands_on = MOVES[verb].hands_on(args) if verb in MOVES else in_production
        work = {
            "decision": decision,
            "verb": verb,
            "label": label,
            "target": target,
            "expected_ms": 60_000,
            "hands_on": hands_on,
            "production": in_production and verb != "debug_in_production",
        }
        self._note("work", by, state="started", **work)
        if in_production:
            self._note("production", target, verb=verb, state="begun", decision=decision, by=by, **args)
        if ends != "never":
            start_ms, self._now_ms = self._now_ms, self._now_ms + _ms(minutes)
            if in_production and ends == "done":
                self._note("production", target, verb=verb, state="done", decision=decision, by=by, **args)
            if verb == "ship_fix" and ends == "done":
                self._note("fix", target, state="shipped", decision=decision, by=by, **args)
            if verb == "prepare_fix" and ends == "done":
                self._note("fix", target, state="ready", decision=decision, by=by)
            self._note("work", by, state=ends, **work)
            self._now_ms = start_ms
        return self

    def says(self, what: str) -> "Play":
        """Declares mitigated or resolved."""
        return self._note("declared", what, by=SEAT, decision=self._decide(f"declare_{what}"))

    def schedules(self, in_hours: float = 24) -> "Play":
        return self._note("postmortem", SEAT, state="scheduled", in_hours=in_hours, decision="d0")

    def writes(self, **draft: object) -> "Play":
        """A postmortem; what is not given is complete and right."""
        usual = {
            "cause": self.variant.cause.id,
            "summary": "A bug reached users because no test covered the case.",
            "timeline": ["14:02 errors began", "14:03 the pager went off", "14:10 users were well"],
            "went_well": ["The rollback was quick."],
            "went_badly": ["Users noticed first."],
            "actions": [
                {"what": "Test the case", "owner_role": "till lead", "due_days": 7, "kind": "prevent"}
            ],
        }
        return self._note("postmortem", SEAT, state="written", decision="d0", **{**usual, **draft})

    # -- what comes of it --------------------------------------------------------------------------

    def trace(self) -> Trace:
        impact, levels = self._impact()
        events = [*self._events, *levels]
        order = sorted(range(len(events)), key=lambda n: (events[n][0], n))
        told = [TraceEvent(seq, *events[n][:3], events[n][3]) for seq, n in enumerate(order)]
        told.append(TraceEvent(len(told), self._end_ms, "closed", self.scenario.id, {}))
        header = TraceHeader(self.scenario.id, 1, self.scenario.digest, self._variant_id, seed=7)
        return Trace(header, tuple(told), impact)

    def case(self, playbook: Playbook | None = None) -> Case:
        return review(self.scenario, self.trace(), playbook or default_playbook())

    def rule(self, rule: str, playbook: Playbook | None = None) -> RuleResult:
        return RULES[rule](self.case(playbook))

    def score(self) -> Scorecard:
        return score(self.scenario, self.trace())

    def _note(self, kind: str, subject: str, **detail: object) -> "Play":
        self._events.append((self._now_ms, kind, subject, detail))
        return self

    def _decide(self, verb: str, **args: object) -> str:
        self._count += 1
        identity = f"d{self._count}"
        self._note("decision", SEAT, id=identity, verb=verb, args=args, outcome="accepted", reason=None)
        return identity

    def _impact(self) -> tuple[dict[str, tuple[float, ...]], list[tuple[int, str, str, dict[str, object]]]]:
        times = range(0, self._end_ms + 1, 5000)
        columns: dict[str, list[float]] = {"at_ms": [float(at) for at in times]}
        level, levels, lost = None, [], 0.0
        for at in times:
            checkout, browse = next(
                ((c, b) for ms, c, b in sorted(self._shares)[::-1] if ms <= at), (0.0, 0.0)
            )
            affected = USERS / 2 * (checkout + browse)
            row = {
                "users": USERS,
                "users_served": USERS - affected,
                "users_failed": affected,
                "users_slow": 0,
                "users_affected": affected,
                "requests_per_s": 1000,
                "requests_failed_per_s": 1000 * affected / USERS,
                "user_minutes": lost,
                "checkout.users": USERS / 2,
                "checkout.users_affected": USERS / 2 * checkout,
                "browse.users": USERS / 2,
                "browse.users_affected": USERS / 2 * browse,
            }
            for name, value in row.items():
                columns.setdefault(name, []).append(float(value))
            lost += affected * 5 / 60
            now = self._level(at, affected / USERS)
            if now != level:
                level = now
                levels.append((at, "truth.severity", self.scenario.id, {"level": level}))
        return {name: tuple(values) for name, values in columns.items()}, levels

    def _level(self, at_ms: int, share: float) -> int | None:
        if any(start <= at_ms < end for start, end in self._losing):
            return 1
        bands = self.scenario.severity
        least = (bands.sev1, bands.sev2, bands.sev3, bands.sev4)
        return next((level for level, band in enumerate(least, 1) if share >= band), None)


def _ms(minutes: float) -> int:
    return round(60_000 * minutes)
