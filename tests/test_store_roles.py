"""Who may do what in a store that a team shares, by roles of PostgreSQL, and those who try more."""

import psycopg
import pytest

from simulator import Decision
from simulator.conduct import Hint
from simulator.store import Store, StoreError, begin, migrate, open_store, resume, roles
from simulator.store.engine import BUSY_S, Database
from simulator.store.places import read_place
from simulator.store.roles import LEAD, TRAINEE, make_roles
from tests.stores import SCENARIO, TOLD, played, tell
from tests.support.postgres import PASSWORD

EVIL = "Robert'); DROP TABLE drills;-- ☃"
NOTE = "'); UPDATE decisions SET at_ms = 0; -- $$ \\ %s %(x)s {0}"
MEMBERS = {"ada": TRAINEE, "bob": TRAINEE, "lea": LEAD, "eve": None}


@pytest.fixture
def team(postgresql, postgresql_url):
    """Opens the store as somebody: the owner, two trainees, a lead, or somebody without a role."""
    owner = open_store(postgresql_url)
    make_roles(owner)
    make_roles(owner)  # again changes nothing
    database = postgresql_url.rpartition("@/")[2].partition("?")[0]
    for name, role in MEMBERS.items():
        _login(postgresql, name, role)
    opened = {"owner": owner}

    def as_user(name):
        if name not in opened:
            opened[name] = open_store(postgresql.url(database, name))
        return opened[name]

    yield as_user
    for store in opened.values():
        store.close()


def _login(server, name: str, role: str | None) -> None:
    with server.connect() as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
            connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
        if role:
            connection.execute(f"GRANT {role} TO {name}")


def sql(store, statement: str, **values):
    """Whatever somebody types at the database with their own login."""
    with store.database.writing() as connection:
        raw = connection.connection.driver_connection
        done = raw.execute(statement, values or None)
        return done.fetchall() if done.description else done.rowcount


@pytest.fixture
def adas(team):
    return played(team("ada"))


def test_a_trainee_plays_from_begin_to_end(team):
    session = played(team("ada"))
    session.note_pace(10)
    session.note_hint(Hint(200_000, "hands_on", "went_on"))
    assert team("ada").conduct(session.drill) == session.conduct
    assert tell(resume(team("ada"), session.drill.id)).now_ms == 260_000
    trace = session.finish()
    card = {
        "playbook": "p",
        "playbook_version": 1,
        "variant": "v",
        "total": 1.0,
        "rating": "",
        "rules": [],
        "metrics": {},
    }
    team("ada").keep_score(session.drill, "d", card)
    assert team("ada").drill(session.drill.id).trace_digest == trace.digest
    assert len(team("ada").scores(session.drill)) == 1
    assert team("ada").me().login == "ada"


def test_a_trainee_reads_only_what_is_theirs(team, adas):
    bobs = played(team("bob"))
    assert [d.id for d in team("bob").drills()] == [bobs.drill.id]
    with pytest.raises(StoreError, match="there is no"):
        team("bob").drill(adas.drill.id)
    assert team("bob").written(adas.drill) == []
    assert team("bob").scores(adas.drill) == []
    assert [t.login for t in team("bob").trainees()] == ["bob"]
    for table in ("drills", "decisions", "paces", "hints", "scores", "trainees", "scenarios"):
        mine = sql(team("bob"), f"SELECT count(*) FROM {table}")
        assert mine <= sql(team("owner"), f"SELECT count(*) FROM {table}")
    assert sql(team("bob"), "SELECT DISTINCT drill_id FROM decisions") == [(bobs.drill.id,)]


def test_a_trainee_without_a_drill_sees_no_scenario(team, adas):
    assert sql(team("bob"), "SELECT * FROM scenarios") == []


def test_a_lead_reads_everything_and_writes_nothing(team, adas):
    lead = team("lea")
    assert [d.id for d in lead.drills()] == [adas.drill.id]
    assert lead.decisions(lead.drill(adas.drill.id)) == adas.decisions
    assert lead.scenario(adas.drill) == SCENARIO
    for attempt in (
        lambda: begin(lead, SCENARIO, 7, team("ada").me()),
        lambda: lead.append(adas.drill, Decision("d99", 300_000, "commander", "acknowledge")),
        lambda: lead.note_time(adas.drill, 400_000),
        lambda: lead.forget(team("ada").me()),
        lambda: lead.trainee("Somebody"),
    ):
        with pytest.raises(StoreError, match="your role may not do that"):
            attempt()
    assert team("ada").decisions(adas.drill) == adas.decisions


def test_a_shared_store_of_the_first_step_shares_hints_after_the_next(
    postgresql, postgresql_url, monkeypatch
):
    database = Database(read_place(postgresql_url), BUSY_S)
    with database.writing() as connection:
        migrate.upgrade(connection, "0001")
    with monkeypatch.context() as then:
        then.setattr(roles, "TABLES", tuple(name for name in roles.TABLES if name != "hints"))
        then.setattr(roles, "POLICIES", {k: v for k, v in roles.POLICIES.items() if k != "hints"})
        make_roles(Store(database))
    owner = open_store(postgresql_url)
    for name in ("ada", "bob", "lea"):
        _login(postgresql, name, MEMBERS[name])
    address = postgresql_url.rpartition("@/")[2].partition("?")[0]
    ada, bob, lea = (open_store(postgresql.url(address, name)) for name in ("ada", "bob", "lea"))
    session = played(ada)
    session.note_hint(Hint(200_000, "hands_on", "went_on"))
    assert lea.hints(session.drill) == ada.hints(session.drill) == [Hint(200_000, "hands_on", "went_on")]
    assert bob.hints(session.drill) == []
    with pytest.raises(StoreError, match="your role may not do that"):
        bob.note_hint(session.drill, Hint(1, "stuck", "shown"))
    for store in (owner, ada, bob, lea):
        store.close()
    database.close()


def test_somebody_without_a_role_sees_nothing(team, adas):
    with pytest.raises(StoreError, match="your role may not do that; expected a role that may"):
        team("eve")


DECIDE = "INSERT INTO decisions VALUES (%(drill)s, {seq}, {id}, 300000, {seat}, 'acknowledge', '{{}}', 'x')"
ATTEMPTS = {
    "decide for somebody else": DECIDE.format(seq=7, id="'d7'", seat="'commander'"),
    "score somebody else's drill": (
        "INSERT INTO scores VALUES (%(drill)s, 'd', 'p', 1, 'v', NULL, 0, '', '{}', '{}', '{}')"
    ),
    "note somebody else's speed": "INSERT INTO paces VALUES (%(drill)s, 9, 1, 1, now())",
    "note somebody else's hint": "INSERT INTO hints VALUES (%(drill)s, 9, 1, 'stuck', 'shown', now())",
    "begin a drill for somebody else": (
        "INSERT INTO drills SELECT 'd-x', t.id, s.id, 1, 'exam', 'commander', 1, 'played', NULL, NULL, "
        "now(), 0, NULL, NULL FROM (SELECT %(trainee)s AS id) t, (SELECT %(scenario)s AS id) s"
    ),
    "be somebody else": (
        "INSERT INTO trainees VALUES ('t-x', NULL, 'ada', NULL, false, now()) "
        "ON CONFLICT (login) DO UPDATE SET name = 'x'"
    ),
    "take a name away": "UPDATE trainees SET name = 'x'",
    "take over a drill": "UPDATE drills SET trainee_id = %(mine)s",
    "change a decision": "UPDATE decisions SET at_ms = 0",
    "delete decisions": "DELETE FROM decisions",
    "delete drills": "DELETE FROM drills",
    "empty a table": "TRUNCATE decisions",
    "change a score": "UPDATE scores SET total = 100",
    "rewrite a scenario": "UPDATE scenarios SET text = ''",
    "plant a scenario": "INSERT INTO scenarios VALUES ('abc', 'x', 1, 'x', 'x')",
    "switch triggers off": "ALTER TABLE decisions DISABLE TRIGGER ALL",
    "switch row security off": "ALTER TABLE decisions DISABLE ROW LEVEL SECURITY",
    "drop a policy": "DROP POLICY lead ON decisions",
    "drop a table": "DROP TABLE decisions CASCADE",
    "replace a guard": (
        "CREATE OR REPLACE FUNCTION sevdrill_open() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RETURN NEW; END'"
    ),
    "skip the guards": "SET session_replication_role = replica",
    "become the owner": "SET ROLE owner",
    "become a lead": "SET ROLE sevdrill_lead",
    "grant oneself more": "GRANT sevdrill_lead TO bob",
    "look like somebody else": "SET SESSION AUTHORIZATION ada",
    "change the version": "UPDATE alembic_version SET version_num = '0000'",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_trainee_cannot(team, adas, attempt):
    bob = team("bob")
    played(bob)
    before = everything(team("owner"))
    values = {
        "drill": adas.drill.id,
        "trainee": adas.drill.trainee,
        "scenario": adas.drill.scenario_id,
        "mine": bob.me().id,
    }
    wanted = {key: value for key, value in values.items() if f"%({key})s" in ATTEMPTS[attempt]}
    with pytest.raises((StoreError, psycopg.Error)):
        sql(bob, ATTEMPTS[attempt], **wanted)
    assert everything(team("owner")) == before


def everything(owner):
    tables = ("trainees", "scenarios", "drills", "decisions", "paces", "hints", "scores", "alembic_version")
    return {table: sql(owner, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables[:-1]} | {
        "alembic_version": sql(owner, "SELECT * FROM alembic_version")
    }


def test_a_trainee_moves_nobody_elses_clock(team, adas):
    team("bob").note_time(adas.drill, 999_000)
    team("bob").finish(adas.drill, adas.branch(0).finish())
    row = team("owner").drill(adas.drill.id)
    assert (row.at_ms, row.finished) == (260_000, False)


OWN = {
    "decide from another seat": DECIDE.format(seq=7, id="'d7'", seat="'facilitator'"),
    "decide twice under one number": DECIDE.format(seq=6, id="'d7'", seat="'commander'"),
    "decide twice under one id": DECIDE.format(seq=7, id="'d6'", seat="'commander'"),
    "change a decision": "UPDATE decisions SET at_ms = 0 WHERE drill_id = %(drill)s",
    "delete a decision": "DELETE FROM decisions WHERE drill_id = %(drill)s",
    "play another seed": "UPDATE drills SET seed = 5 WHERE id = %(drill)s",
    "turn the clock back": "UPDATE drills SET at_ms = 5 WHERE id = %(drill)s",
}


@pytest.mark.parametrize("attempt", OWN)
def test_not_even_in_their_own_drill(team, adas, attempt):
    before = everything(team("owner"))
    with pytest.raises((StoreError, psycopg.Error)):
        sql(team("ada"), OWN[attempt], drill=adas.drill.id)
    assert everything(team("owner")) == before


def test_a_finished_drill_is_closed_to_its_own_trainee(team, adas):
    adas.finish()
    ada = team("ada")
    statement = DECIDE.format(seq=7, id="'d7'", seat="'commander'")
    with pytest.raises(psycopg.Error):
        sql(ada, statement, drill=adas.drill.id)
    # ... also with a table of one's own in the place of the real one
    shadow = "CREATE TEMP TABLE drills AS SELECT * FROM public.drills; UPDATE drills SET finished_at = NULL;"
    with pytest.raises(psycopg.Error):
        sql(ada, f"{shadow} INSERT INTO public.{statement[12:].replace('%(drill)s', repr(adas.drill.id))}")
    for change in ("finished_at = NULL, trace_digest = NULL", "trace_digest = 'better'"):
        with pytest.raises(psycopg.Error):
            sql(ada, f"UPDATE drills SET {change} WHERE id = %(drill)s", drill=adas.drill.id)
    assert len(team("owner").written(adas.drill)) == len(TOLD)


def test_sql_in_names_and_notes_is_only_text(team):
    owner = team("owner")
    evil = owner.trainee(EVIL, EVIL)
    assert owner.find_trainee(EVIL) == evil
    session = tell(begin(team("ada"), SCENARIO, 7), TOLD[:1])
    session.decide("post_update", {"channel": "status_page", "text": NOTE + "\0"})
    again = resume(team("ada"), session.drill.id)
    assert again.decisions == session.decisions
    assert again.decisions[-1].args["text"] == NOTE + "\0"
    with pytest.raises(StoreError, match="there is no"):
        team("ada").drill(NOTE)


def test_only_who_may_makes_roles(team):
    with pytest.raises(StoreError, match=r"must be owner|your role may not do that"):
        make_roles(team("ada"))
