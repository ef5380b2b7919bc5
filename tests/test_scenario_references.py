"""What names something inside a scenario must name it: one error per mistake, with its line and a remedy."""

from pathlib import Path

import pytest

from simulator import Scenario, ScenarioError, load
from simulator.scenario.load import parse

FILE = Path(__file__).parent / "data" / "everything.yaml"
TEXT = FILE.read_text(encoding="utf-8")
MISTAKES: list[tuple[str, str, str, str, str]] = [
    # what it shows, what is written, what instead, where the error points, the message after the place
    (
        "zones that do not add up",
        "web:\n    title: Web\n    workers: 200\n    latency_s: 0.02\n    zones: {north: 0.5, south: 0.5}",
        "web:\n    title: Web\n    workers: 200\n    latency_s: 0.02\n    zones: {north: 0.5, south: 0.4}",
        "zones: {north: 0.5, south: 0.4}",
        "the zones' shares add up to 0.9; expected 1",
    ),
    (
        "missing flag of a dependency",
        "flag: live-pay, breaker",
        "flag: life-pay, breaker",
        "pay: {calls",
        "no flag 'life-pay'; expected one of live-pay, new-page; did you mean 'live-pay'?",
    ),
    (
        "missing keeper of a cache",
        "kept_in: cache",
        "kept_in: cash",
        "db: {calls: 2",
        "no service 'cash'; expected one of web, shop, cache, db, mail, pay; did you mean 'cache'?",
    ),
    (
        "missing service that monitoring needs",
        "monitoring: db",
        "monitoring: bd",
        "monitoring:",
        "no service 'bd'; expected one of web, shop, cache, db, mail, pay; did you mean 'db'?",
    ),
    (
        "missing service that the status page needs",
        "status_page: web",
        "status_page: wbe",
        "status_page:",
        "no service 'wbe'; expected one of web, shop, cache, db, mail, pay; did you mean 'web'?",
    ),
    (
        "missing service of an autoscaler",
        "{service: shop, least: 80",
        "{service: shp, least: 80",
        "scaler: {title",
        "no service 'shp'; expected one of web, shop, cache, db, mail, pay; did you mean 'shop'?",
    ),
    (
        "an autoscaler with its least above its most",
        "least: 80, most: 150",
        "least: 180, most: 150",
        "scaler: {title",
        "'least' is 180; expected at most 'most', 150",
    ),
    (
        "missing service of a procedure",
        "service: web, takes_s: 120",
        "service: wbe, takes_s: 120",
        "renew: {title",
        "no service 'wbe'; expected one of web, shop, cache, db, mail, pay; did you mean 'web'?",
    ),
    (
        "a job that nobody on the path leaves",
        "retries: 1, job: mail",
        "retries: 1, job: male",
        "buy: {title",
        "no job of a service on the path 'male'; expected one of mail; did you mean 'mail'?",
    ),
    (
        "a job that nobody on the path leaves, since it is a call",
        "retries: 1, job: mail",
        "retries: 1, job: db",
        "buy: {title",
        "no job of a service on the path 'db'; expected one of mail",
    ),
    (
        "missing automation that spreads a fault",
        "spread_by: rollout",
        "spread_by: rolout",
        "bug: {kind",
        "no automation 'rolout'; expected one of rollout, scaler; did you mean 'rollout'?",
    ),
    (
        "missing automation of a condition",
        "when: {not_done: renew}",
        "when: {running: scalar}",
        "ended: {kind",
        "no automation 'scalar'; expected one of rollout, scaler; did you mean 'scaler'?",
    ),
    (
        "missing procedure of a condition",
        "when: {not_done: renew}",
        "when: {not_done: renw}",
        "ended: {kind",
        "no procedure 'renw'; expected one of renew, flush; did you mean 'renew'?",
    ),
    (
        "missing backup of a condition",
        "not_restored: db",
        "not_restored: dbs",
        "rot: {kind",
        "no service 'dbs'; expected one of web, shop, cache, db, mail, pay; did you mean 'db'?",
    ),
    (
        "missing service of a condition",
        "when: {not_done: renew}",
        "when: {unfixed: wbe}",
        "ended: {kind",
        "no service 'wbe'; expected one of web, shop, cache, db, mail, pay; did you mean 'web'?",
    ),
    (
        "missing change of a condition",
        "when: {not_done: renew}",
        "when: {undone: shop-8}",
        "ended: {kind",
        "no change 'shop-8'; expected one of shop-9, db-index; did you mean 'shop-9'?",
    ),
    (
        "missing flag of a condition",
        "when: {not_done: renew}",
        "when: {flag_off: live-pya}",
        "ended: {kind",
        "no flag 'live-pya'; expected one of live-pay, new-page; did you mean 'live-pay'?",
    ),
    (
        "missing automation to stop",
        "right_moves: [{verb: stop_automation, target: rollout}",
        "right_moves: [{verb: stop_automation, target: roll-out}",
        "right_moves: [{verb: stop_automation",
        "no automation 'roll-out'; expected one of rollout, scaler; did you mean 'rollout'?",
    ),
    (
        "missing procedure to run",
        "right_moves: [{verb: run_procedure, target: renew}",
        "right_moves: [{verb: run_procedure, target: renewal}",
        "right_moves: [{verb: run_procedure",
        "no procedure 'renewal'; expected one of renew, flush; did you mean 'renew'?",
    ),
    (
        "a provider that is our own",
        "{verb: hold_for_provider, target: pay}",
        "{verb: hold_for_provider, target: web}",
        "right_moves: [{verb: fail_over",
        "no provider 'web'; expected one of pay",
    ),
    (
        "a failover of what has no zones",
        "right_moves: [{verb: fail_over, target: web, zone: south}",
        "right_moves: [{verb: fail_over, target: shelf, zone: south}",
        "right_moves: [{verb: fail_over",
        "no service with zones 'shelf'; expected one of web, shop, db",
    ),
    (
        "a failover out of a zone it is not in",
        "right_moves: [{verb: fail_over, target: web, zone: south}",
        "right_moves: [{verb: fail_over, target: web, zone: west}",
        "right_moves: [{verb: fail_over",
        "no zone of 'web' 'west'; expected one of north, south",
    ),
    (
        "a failover out of no zone",
        "right_moves: [{verb: fail_over, target: web, zone: south}",
        "right_moves: [{verb: fail_over, target: web}",
        "right_moves: [{verb: fail_over",
        "no zone of 'web' is given; expected one of north, south",
    ),
    (
        "a restore of what has no backup",
        "right_moves: [{verb: run_procedure, target: renew}",
        "right_moves: [{verb: restore, target: web}",
        "right_moves: [{verb: restore",
        "no service with a backup 'web'; expected one of db",
    ),
    (
        "past the cache of what keeps none",
        "right_moves: [{verb: run_procedure, target: renew}",
        "right_moves: [{verb: bypass_cache, target: web}",
        "right_moves: [{verb: bypass_cache",
        "no service that keeps a cache 'web'; expected one of shop",
    ),
    (
        "a provider to restart",
        "right_moves: [{verb: run_procedure, target: renew}",
        "right_moves: [{verb: restart, target: pay}",
        "right_moves: [{verb: restart",
        "no service 'pay'; expected one of web, shop, cache, db, mail",
    ),
    (
        "scaling a provider",
        "right_moves: [{verb: run_procedure, target: renew}",
        "right_moves: [{verb: scale, target: pay}",
        "right_moves: [{verb: scale",
        "no service 'pay'; expected one of web, shop, cache, db, mail",
    ),
    (
        "shedding without an amount",
        "right_moves: [{verb: run_procedure, target: renew}",
        "right_moves: [{verb: shed, target: traffic}",
        "right_moves: [{verb: shed",
        "a 'shed' says how much; expected 'amount', a share from 0 to 1",
    ),
    (
        "shedding more than all",
        "right_moves: [{verb: run_procedure, target: renew}",
        "right_moves: [{verb: shed, target: traffic, amount: 30}",
        "right_moves: [{verb: shed",
        "a 'shed' says how much; expected 'amount', a share from 0 to 1",
    ),
    (
        "shedding no journey",
        "right_moves: [{verb: run_procedure, target: renew}",
        "right_moves: [{verb: shed, target: bye, amount: 0.3}",
        "right_moves: [{verb: shed",
        "no journey 'bye'; expected one of browse, buy, traffic; did you mean 'buy'?",
    ),
    (
        "a flag to turn off that there is not",
        "right_moves: [{verb: run_procedure, target: renew}",
        "right_moves: [{verb: flag_off, target: live-pays}",
        "right_moves: [{verb: flag_off",
        "no flag 'live-pays'; expected one of live-pay, new-page; did you mean 'live-pay'?",
    ),
    (
        "a wrong move that cannot be made",
        "triage: {impact: [total]",
        "wrong_moves: [{verb: roll_back, target: shop-8}]\n    triage: {impact: [total]",
        "wrong_moves",
        "no change 'shop-8'; expected one of shop-9, db-index; did you mean 'shop-9'?",
    ),
    (
        "a workaround that cannot be made",
        "workaround: [{verb: run_procedure, target: renew}]",
        "workaround: [{verb: run_procedure, target: renewal}]",
        "workaround: [{verb: run_procedure, target: renewal",
        "no procedure 'renewal'; expected one of renew, flush; did you mean 'renew'?",
    ),
    (
        "a workaround in short that is no flag",
        "workaround: [{verb: run_procedure, target: renew}]",
        "workaround: [new-pages]",
        "workaround: [new-pages]",
        "no flag 'new-pages'; expected one of live-pay, new-page; did you mean 'new-page'?",
    ),
    (
        "missing service of a span",
        "{service: pay, name: charge",
        "{service: pya, name: charge",
        "{service: pya, name: charge",
        "no service 'pya'; expected one of web, shop, cache, db, mail, pay; did you mean 'pay'?",
    ),
    (
        "a span that belongs to none",
        "depth: 1, start_ms: 4",
        "depth: 2, start_ms: 4",
        "{service: pay, name: charge",
        "'depth' is 2; expected 0 to 1",
    ),
    (
        "a first span inside another",
        "name: buy, start_ms: 2",
        "name: buy, depth: 1, start_ms: 2",
        "{service: web, name: buy",
        "'depth' is 1; expected 0 for the first span",
    ),
    (
        "a span that begins before the one it belongs to",
        "depth: 1, start_ms: 4",
        "depth: 1, start_ms: 1.5",
        "{service: pay, name: charge",
        "'start_ms' is 1.5, before the span it belongs to; expected 2 or more",
    ),
    (
        "a status that there is not",
        "status: timeout",
        "status: late",
        "{service: pay, name: charge",
        "'variants.zone.evidence.0.spans.1.status' is 'late'; expected 'ok', 'error' or 'timeout'",
    ),
    (
        "spans elsewhere than in traces",
        "{id: traces, source: traces",
        "{id: traces, source: logs",
        "spans: [{service: web",
        "'spans' in evidence from 'logs'; expected 'source: traces'",
    ),
    (
        "no such mitigation",
        "right_moves: [{verb: run_procedure, target: renew}",
        "right_moves: [{verb: run_procedur, target: renew}",
        "right_moves: [{verb: run_procedur",
        (
            "'variants.certificate.right_moves.0.verb' is 'run_procedur'; expected 'roll_back', 'flag_off', "
            "'shed', 'restart', 'scale', 'fail_over', 'bypass_cache', 'stop_automation', 'restore', "
            "'run_procedure' or 'hold_for_provider'; did you mean 'run_procedure'?"
        ),
    ),
    (
        "both a curve and a ramp",
        "ramp_s: 1200, spread_by",
        "ramp_s: 1200, curve: [[0, 0], [60, 1]], spread_by",
        "bug: {kind",
        "both 'curve' and 'ramp_s' are given; expected one of them",
    ),
    (
        "a curve that goes back in time",
        "ramp_s: 1200, spread_by",
        "curve: [[60, 0], [0, 1]], spread_by",
        "bug: {kind",
        "the points of 'curve' go back in time; expected rising seconds",
    ),
    (
        "a fault of no service",
        "ended: {kind: expiry, service: web, amount: 0.9",
        "ended: {kind: expiry, amount: 0.9",
        "ended: {kind",
        "a fault of kind 'expiry' says where; expected 'service'",
    ),
    (
        "a fault of a service that there is not",
        "ended: {kind: expiry, service: web",
        "ended: {kind: expiry, service: wbe",
        "ended: {kind",
        "no service 'wbe'; expected one of web, shop, cache, db, mail, pay; did you mean 'web'?",
    ),
    (
        "a fault in a zone that its service is not in",
        "zone: south, amount: 0.5",
        "zone: east, amount: 0.5",
        "ill: {kind",
        "no zone of 'web' 'east'; expected one of north, south",
    ),
    (
        "lost calls to nobody",
        "ended: {kind: expiry, service: web, amount: 0.9",
        "ended: {kind: lost_calls, service: web, amount: 0.9",
        "ended: {kind",
        "no dependency of 'web' is given; expected one of shop",
    ),
    (
        "lost calls to what it does not call",
        "ended: {kind: expiry, service: web, amount: 0.9",
        "ended: {kind: lost_calls, service: web, to: shp, amount: 0.9",
        "ended: {kind",
        "no dependency of 'web' 'shp'; expected one of shop; did you mean 'shop'?",
    ),
    (
        "a partition of no zone",
        "ended: {kind: expiry, service: web, amount: 0.9",
        "ended: {kind: partition",
        "ended: {kind",
        "no zone is given; expected one of east, north, south",
    ),
    (
        "a partition of a zone that there is not",
        "ended: {kind: expiry, service: web, amount: 0.9",
        "ended: {kind: partition, zone: soth",
        "ended: {kind",
        "no zone 'soth'; expected one of east, north, south; did you mean 'south'?",
    ),
    (
        "an expiry of more than all",
        "amount: 0.9",
        "amount: 9.0",
        "ended: {kind",
        "'amount' is 9; expected a share from 0 to 1 for expiry",
    ),
    (
        "a corruption of more than all",
        "rot: {kind: corruption, service: db, amount: 0.1",
        "rot: {kind: corruption, service: db, amount: 1.1",
        "rot: {kind",
        "'amount' is 1.1; expected a share from 0 to 1 for corruption",
    ),
    (
        "a leak that fills memory at once",
        "ended: {kind: expiry, service: web, amount: 0.9",
        "ended: {kind: leak, service: web, amount: 0",
        "ended: {kind",
        "'amount' is 0; expected a number above 0 for leak",
    ),
    (
        "a quota of nothing",
        "ended: {kind: expiry, service: web, amount: 0.9",
        "ended: {kind: quota, service: web, amount: 0",
        "ended: {kind",
        "'amount' is 0; expected a number above 0 for quota",
    ),
    (
        "a slowdown to nothing",
        "slow: {kind: slowdown, service: pay, amount: 30",
        "slow: {kind: slowdown, service: pay, amount: 0",
        "slow: {kind",
        "'amount' is 0; expected a number above 0 for slowdown",
    ),
    (
        "a cause that is our own provider",
        "cause: {kind: provider, id: pay",
        "cause: {kind: provider, id: web",
        "cause: {kind: provider",
        "no provider 'web'; expected one of pay",
    ),
    (
        "a cause that is somebody else's service",
        "cause: {kind: service, id: web",
        "cause: {kind: service, id: pay",
        "cause: {kind: service",
        "no service 'pay'; expected one of web, shop, cache, db, mail",
    ),
]


def test_what_the_mistakes_are_made_in_has_none() -> None:
    assert isinstance(load(FILE), Scenario)


@pytest.mark.parametrize(
    ("was", "now", "where", "message"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES]
)
def test_a_mistake_gives_one_error_with_its_line(was: str, now: str, where: str, message: str) -> None:
    assert TEXT.count(was) == 1
    text = TEXT.replace(was, now)
    with pytest.raises(ScenarioError) as raised:
        parse(text, "mine.yaml")
    line = text[: text.index(where)].count("\n") + 1
    assert str(raised.value) == f"mine.yaml, line {line}: {message}"
