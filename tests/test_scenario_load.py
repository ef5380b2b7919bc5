"""Scenario files: what loads; and for each mistake of an author one error with its line and the remedy."""

from pathlib import Path

import pytest
from hypothesis import Phase, given, settings

from simulator import Decision, Scenario, ScenarioError, UnknownNameError, load, simulate
from simulator.policies import PLAYERS, play
from simulator.scenario.load import library, parse
from tests.strategies import logs

SMALLEST = """\
format: 1
id: smallest
version: 1
title: Logins fail
summary: Nobody can log in since the last deploy.
length_s: 900
brief: {alert: errors, text: Logins fail.}
traffic: {users: 1000}
services:
  api: {title: API, workers: 20, latency_s: 0.05}
journeys:
  login: {title: Log in, users: people logging in, share: 1, path: [api]}
changes:
  api-2:
    title: Deploy api 2
    kind: deploy
    service: api
    at_s: -60
    by: API team
    undo_s: 60
responders:
  sam: {name: Sam, title: operations on call, role: operations}
stakeholders:
  ana: {name: Ana, title: support lead, patience_s: 300}
alerts:
  errors: {title: API errors, metric: error_rate, of: api, above: 0.1}
variants:
  only:
    title: The deploy broke it
    cause: {kind: change, id: api-2, fault: bug, text: It was not tested.}
    faults:
      bug: {kind: errors, service: api, amount: 0.8, when: {live: api-2}}
    right_moves: [{verb: roll_back, target: api-2}]
    triage: {changed: [api-2], rollback: ["yes"]}
    evidence:
      - {id: diff, source: diff, about: api-2, title: A bug, text: There it is., implicates: [api-2]}
"""


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def error(text: str) -> str:
    with pytest.raises(ScenarioError) as raised:
        parse(text, "mine.yaml")
    return str(raised.value)


# -- what loads ----------------------------------------------------------------------------------------


def test_the_smallest_useful_scenario_has_fewer_than_60_lines_and_plays():
    assert SMALLEST.count("\n") < 60
    scenario = parse(SMALLEST, "smallest.yaml")
    trace = simulate(scenario, 7)
    assert [(e.at_ms, e.kind, e.subject) for e in trace.events if e.kind in ("page", "question")] == [
        (60_000, "page", "commander"),
        (360_000, "question", "ana"),
    ]
    assert trace.impact["user_minutes"][-1] > 0.7 * 1000 * 14
    lost = {name: play(scenario, 7, make).trace.impact["user_minutes"][-1] for name, make in PLAYERS.items()}
    assert lost["rollback-first"] < 0.5 * lost["do-nothing"]
    assert lost["by-the-book"] < 0.7 * lost["do-nothing"]


@settings(max_examples=10, derandomize=True, deadline=None, database=None, phases=[Phase.generate])
@given(logs(parse(SMALLEST, "smallest.yaml")))
def test_any_log_plays_on_the_smallest_scenario(log: list[Decision]):
    trace = simulate(parse(SMALLEST, "smallest.yaml"), 7, log)
    assert [e.detail["verb"] for e in trace.events if e.kind == "decision"] == [d.verb for d in log]
    assert trace.events[-1].kind == "closed"


def test_a_library_id_and_a_path_load_the_same(tmp_path: Path):
    by_id = load("api-500s-after-deploy")
    assert isinstance(by_id, Scenario)
    file = tmp_path / "anything.yml"
    file.write_text(SMALLEST, encoding="utf-8")
    assert load(file) == load(str(file)) == parse(SMALLEST, "x")
    assert library()["api-500s-after-deploy"] == by_id


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("format: 1", "# a comment\nformat: 1"),
        ("format: 1", "\ufeffformat: 1"),  # as some Windows editors save it
        ("length_s: 900", "length_s: 900\nstarts: 2026-03-10T14:00:00"),  # a YAML timestamp, not text
        ("length_s: 900", "length_s: 900\nstarts: '2026-03-10T14:00:00'"),
        ("share: 1,", "share: 1.0,"),
    ],
)
def test_other_ways_to_write_the_same(was: str, now: str):
    plain = parse(SMALLEST, "x").model_copy(update={"starts": "2026-03-10T14:00:00"})
    assert parse(SMALLEST.replace(was, now), "x") == plain


def test_an_anchored_true_is_true():
    text = SMALLEST.replace("role: operations}", "role: operations, on_call: &yes true}").replace(
        "patience_s: 300}", "patience_s: 300, manager: *yes}"
    )
    scenario = parse(text, "x")
    assert (scenario.responders["sam"].on_call, scenario.stakeholders["ana"].manager) == (True, True)


# -- what does not ---------------------------------------------------------------------------------------

MISTAKES: list[tuple[str, str, str, str, str]] = [
    # what it shows, what is written, what instead, where the error points, the message after the place
    (
        "unknown key at the top",
        "title: Logins fail",
        "titel: Logins fail",
        "titel",
        (
            "unknown key 'titel'; expected one of format, id, version, title, summary, "
            "skills, difficulty, sources, "
            "length_s, starts, brief, traffic, services, journeys, responders, stakeholders, "
            "changes, flags, automations, procedures, monitoring, status_page, alerts, "
            "evidence, injects, variants, severity, debrief, guide; did you mean 'title'?"
        ),
    ),
    (
        "unknown key inside",
        "workers: 20",
        "wrokers: 20",
        "wrokers",
        (
            "unknown key 'services.api.wrokers'; expected one of title, workers, latency_s, "
            "queue, error_rate, provider, cores, quota_per_s, restart_s, warmup_s, cold_factor, scale_s, "
            "zones, failover_s, replication_lag_s, backup_age_s, restore_s, depends; did you mean 'workers'?"
        ),
    ),
    (
        "unknown key in a list",
        "{id: diff, source: diff",
        "{id: diff, sources: diff",
        "- {id: diff",
        (
            "unknown key 'variants.only.evidence.0.sources'; expected one of id, source, "
            "from_s, until_s, about, "
            "title, text, spans, implicates, clears, unsafe, workaround, strength, herring; "
            "did you mean 'source'?"
        ),
    ),
    ("missing key", "title: Logins fail\n", "", "format", "'title' is missing"),
    ("missing key inside", "title: API, ", "", "api: {workers", "'services.api.title' is missing"),
    (
        "missing service in a journey",
        "path: [api]",
        "path: [apo]",
        "path: [apo]",
        "no service 'apo'; expected one of api; did you mean 'api'?",
    ),
    (
        "missing service of a change",
        "service: api\n    at_s",
        "service: auth\n    at_s",
        "service: auth",
        "no service 'auth'; expected one of api",
    ),
    (
        "missing service of a fault",
        "errors, service: api",
        "errors, service: db",
        "bug: {kind",
        "no service 'db'; expected one of api",
    ),
    (
        "missing service of a dependency",
        "latency_s: 0.05}",
        "latency_s: 0.05, depends: {db: {}}}",
        "api: {title",
        "no service 'db'; expected one of api",
    ),
    (
        "missing alert",
        "brief: {alert: errors",
        "brief: {alert: error",
        "brief",
        "no alert 'error'; expected one of errors; did you mean 'errors'?",
    ),
    (
        "missing change",
        "live: api-2",
        "live: api-3",
        "bug: {kind",
        "no change 'api-3'; expected one of api-2; did you mean 'api-2'?",
    ),
    (
        "missing flag",
        "live: api-2",
        "flag_on: dark-mode",
        "bug: {kind",
        "no flag 'dark-mode'; expected a flag, but there are none",
    ),
    (
        "missing cause",
        "id: api-2, fault: bug",
        "id: api-2, fault: bugs",
        "cause: {kind",
        "no fault of this variant 'bugs'; expected one of bug; did you mean 'bug'?",
    ),
    (
        "missing subject of evidence",
        "implicates: [api-2]",
        "implicates: [appi]",
        "- {id: diff",
        "no service or change 'appi'; expected one of api-2, api; did you mean 'api'?",
    ),
    (
        "wrong type: text for a number",
        "workers: 20",
        "workers: many",
        "workers: many",
        "'services.api.workers' is 'many'; expected a valid integer",
    ),
    (
        "wrong type: a fraction of a worker",
        "workers: 20",
        "workers: 2.5",
        "workers: 2.5",
        "'services.api.workers' is 2.5; expected a valid integer",
    ),
    (
        "wrong type: yes in quotes for a choice",
        "kind: deploy",
        "kind: deplyo",
        "kind: deplyo",
        (
            "'changes.api-2.kind' is 'deplyo'; expected 'deploy', 'config', 'flag', "
            "'dependency' or 'infrastructure'; "
            "did you mean 'deploy'?"
        ),
    ),
    (
        "wrong type: a list for a mapping",
        "traffic: {users: 1000}",
        "traffic: [1000]",
        "traffic: [1000]",
        "'traffic' is a list; expected a valid dictionary or instance of Traffic",
    ),
    (
        "wrong type: a mapping for a text",
        "title: Logins fail",
        "title: {en: Logins fail}",
        "title: {en",
        "'title' is a mapping; expected a valid string",
    ),
    (
        "too small",
        "length_s: 900",
        "length_s: 60",
        "length_s",
        "'length_s' is 60; expected greater than or equal to 300",
    ),
    (
        "a share above 1",
        "share: 1,",
        "share: 2,",
        "login: {title",
        "'journeys.login.share' is 2; expected less than or equal to 1",
    ),
    (
        "shares that do not add up",
        "share: 1,",
        "share: 0.5,",
        "journeys:",
        "the journeys' shares add up to 0.5; expected 1, every user on one journey",
    ),
    (
        "not a number",
        "users: 1000",
        "users: .nan",
        "traffic:",
        "'traffic.users' is nan; expected a finite number",
    ),
    (
        "infinitely long ago",
        "at_s: -60",
        "at_s: -.inf",
        "at_s: -.inf",
        "'changes.api-2.at_s' is -inf; expected a finite number",
    ),
    (
        "no patience at all",
        "patience_s: 300",
        "patience_s: 0.0001",
        "ana: {name",
        "'stakeholders.ana.patience_s' is 0.0001; expected greater than or equal to 1",
    ),
    (
        "a time that is none",
        "length_s: 900",
        "length_s: 900\nstarts: 14 o'clock",
        "starts",
        "'starts' is \"14 o'clock\"; expected a time from 1970 to 2999, such as 2026-03-10T14:00:00",
    ),
    (
        "a time without its noughts",
        "length_s: 900",
        "length_s: 900\nstarts: 2026-3-10T14:0:0",
        "starts",
        "'starts' is '2026-3-10T14:0:0'; expected a time from 1970 to 2999, such as 2026-03-10T14:00:00",
    ),
    (
        "a newer format",
        "format: 1",
        "format: 2",
        "format",
        "format 2 is newer than this sevdrill knows; expected format 1",
    ),
    ("format nought", "format: 1", "format: 0", "format", "format is 0; expected 'format: 1'"),
    ("a format in quotes", "format: 1", "format: '1'", "format", "format is '1'; expected 'format: 1'"),
    ("no format", "format: 1\n", "", "id:", "'format' is missing; expected 'format: 1' at the top"),
    (
        "an id with a space",
        "id: smallest",
        "id: the smallest",
        "id:",
        "'id' is 'the smallest'; expected String should match pattern '^[a-z0-9][a-z0-9._-]*$'",
    ),
    (
        "a key twice",
        "version: 1\n",
        "version: 1\nversion: 2\n",
        "version: 2",
        'not valid YAML: found duplicate key "version" with value "2" (original value: "1")',
    ),
    (
        "a bracket left open",
        "path: [api]}",
        "path: [api}",
        "path: [api}",
        "not valid YAML: expected ',' or ']', but got '}'",
    ),
    (
        "a tab",
        "length_s: 900",
        "\tlength_s: 900",
        "\tlength_s",
        "not valid YAML: found character '\\t' that cannot start any token",
    ),
    (
        "an alias of nothing",
        "length_s: 900",
        "length_s: *long",
        "length_s",
        "not valid YAML: found undefined alias 'long'",
    ),
    (
        "a control character",
        "title: Logins fail",
        "title: Logins\x07 fail",
        "title",
        "not valid YAML: special characters are not allowed",
    ),
    (
        "the trainee's seat as a responder",
        "sam: {",
        "commander: {",
        "commander: {",
        "'commander' is the trainee's seat; expected another id",
    ),
    (
        "one id for two people",
        "ana: {",
        "sam: {",
        "sam: {name: Ana",
        "'sam' is a responder already; expected ids used once",
    ),
    (
        "more than all requests",
        "amount: 0.8",
        "amount: 1.8",
        "bug: {kind",
        "'amount' is 1.8; expected a share from 0 to 1 for errors",
    ),
    (
        "services in a ring",
        "latency_s: 0.05}",
        "latency_s: 0.05, depends: {api: {}}}",
        "api: {title",
        "services call each other in a ring: api -> api",
    ),
]


@pytest.mark.parametrize(
    ("was", "now", "where", "message"), [case[1:] for case in MISTAKES], ids=[c[0] for c in MISTAKES]
)
def test_a_mistake_gives_one_error_with_its_line(was: str, now: str, where: str, message: str):
    text = SMALLEST.replace(was, now, 1)
    assert text != SMALLEST
    assert error(text) == f"mine.yaml, line {line_of(text, where)}: {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: it is not a YAML mapping; expected keys and values, as in the documentation"),
        ("just words", "line 1: it is not a YAML mapping; expected keys and values, as in the documentation"),
        (
            "- format: 1",
            "line 1: it is not a YAML mapping; expected keys and values, as in the documentation",
        ),
        ("a: 1\n---\nb: 2", "line 2: not valid YAML: but found another document"),
        ("a: " + "[" * 600, "line 1: it is nested too deeply; expected a mapping a few levels deep"),
    ],
)
def test_what_is_no_scenario_at_all(text: str, message: str):
    assert error(text) == f"mine.yaml, {message}"


def test_only_the_first_fault_is_reported_and_a_misspelt_key_before_all():
    text = SMALLEST.replace("workers: 20", "workers: many").replace("undo_s", "undos_s")
    assert error(text).startswith(
        f"mine.yaml, line {line_of(text, 'undos_s')}: unknown key 'changes.api-2.undos_s'"
    )
    two = SMALLEST.replace("workers: 20", "workers: many").replace("at_s: -60", "at_s: now")
    assert error(two).startswith(f"mine.yaml, line {line_of(two, 'workers')}: ")


def test_the_path_of_a_file_with_a_fault_is_named_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError, match=r"^broken\.yaml, line 1: not valid YAML: "):
        load("broken.yaml")
    with pytest.raises(ScenarioError) as missing:
        load("missing.yaml")
    assert str(missing.value) == "missing.yaml: there is no such file"
    (tmp_path / "latin.yaml").write_bytes("title: Störung".encode("latin-1"))
    with pytest.raises(ScenarioError) as latin:
        load("latin.yaml")
    assert str(latin.value).startswith("latin.yaml: it cannot be read: 'utf-8' codec can't decode byte 0xf6")
    assert str(latin.value).endswith("; expected a UTF-8 text file")
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(
        ScenarioError, match=r"^folder\.yaml: it cannot be read: .*; expected a UTF-8 text file$"
    ):
        load("folder.yaml")


def test_an_unknown_library_id_names_the_nearest():
    known = ", ".join(sorted(library()))
    with pytest.raises(UnknownNameError) as raised:
        load("api-500-after-deploy")
    assert str(raised.value) == (
        f"scenario: there is no scenario 'api-500-after-deploy'; expected one of {known}; "
        "did you mean 'api-500s-after-deploy'?"
    )
    with pytest.raises(UnknownNameError, match=r"^scenario: there is no scenario ''; expected one of "):
        load("")
