"""The control room without a browser: what it says, what its buttons do, and that it hides nothing."""

import asyncio
import json
import subprocess
import sys
from dataclasses import replace

import ipywidgets as W  # noqa: N812
import pytest

from simulator import DecisionError, Session, UnknownNameError
from simulator.board import AlertState, Found, Message, Question, Update, Work
from simulator.moves import MOVES
from simulator.observe import ImpactView, Observation
from simulator.room import words
from simulator.room.drafts import timeline_of
from simulator.room.fields import Prose
from simulator.room.marks import Marks
from simulator.room.markup import Markup, el, join
from simulator.room.news import News
from simulator.room.pacing import ALONE_S, LONGEST_S, PERIOD_S, SPEEDS, Pulse
from simulator.room.room import Room
from simulator.room.view import Item, Job, Line, Silence, Step, view_of
from tests.drills import EVERYTHING
from tests.rooms import CLEAN, EVIL, SAFE, SCENARIO, html_of

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")


def quiet() -> Observation:
    return Session(SCENARIO, CLEAN).observe()


def paged(**more) -> Observation:
    more = {"at_ms": 185_000, "paged_ms": 60_000, "brief": "Checkout fails.", **more}
    return replace(quiet(), **more)


def impact(*affected: float) -> ImpactView:
    n = len(affected)
    at_ms = tuple(5000 * (i + 1) for i in range(n))
    return ImpactView(
        at_ms, (12_000.0,) * n, affected, (1234.5,) * n, {"browse": (0.0,) * n, "checkout": affected}
    )


def found(text: str = "+ new", **more) -> Found:
    given = {
        "seq": 12, "at_ms": 90_000, "id": "diff-x", "source": "diff", "about": "orders-2.31",
        "title": "A diff", "by": "commander", "implicates": (), "clears": (), "unsafe": (), "workaround": (),
        "strength": "strong",
    }  # fmt: skip
    return Found(text=text, **{**given, **more})


# -- words and markup --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "5 s"), (42_000, "40 s"), (150_000, "2 min 30 s"), (240_000, "4 min"), (700_000, "12 min")],
)
def test_lengths_are_said_roughly(ms: int, text: str) -> None:
    assert words.about(ms) == text


def test_stopwatch_and_shares() -> None:
    assert [words.stopwatch(ms) for ms in (-5, 999, 65_000, 3_725_000)] == ["0:00", "0:00", "1:05", "1:02:05"]
    assert [words.share(part, 1000) for part in (0, 4, 130)] == ["0 %", "under 1 %", "13 %"]
    assert words.share(1, 0) == "0 %"
    assert [words.plural(n, "question") for n in (1, 2)] == ["1 question", "2 questions"]


def test_people_have_names() -> None:
    names = [
        words.name_of(SCENARIO, who) for who in ("commander", "priya", "ruth", "pager", "Kofi (support)")
    ]
    assert names == ["You", "Priya", "Ruth", "Pager", "Kofi"]
    titles = [words.title_of(SCENARIO, who) for who in ("commander", "ruth", "Kofi (support)")]
    assert titles == ["", "duty manager", "support"]


def test_everything_that_is_not_markup_is_escaped() -> None:
    made = el("p", "x", EVIL, el("b", "", "y"), title=EVIL, data_n=3, hidden=None)
    assert made == f'<p class="x" title="{SAFE}" data-n="3">{SAFE}<b>y</b></p>'
    assert join(Markup("<i>") + "<b>", Markup("</i>")) == "&lt;i&gt;&lt;b&gt;</i>", (
        "joined markup is text again"
    )


# -- the view model ----------------------------------------------------------------------------------------


def test_before_the_page() -> None:
    view = view_of(SCENARIO, quiet())
    assert (view.stage, view.brief) == ("quiet", "")
    assert (view.status.clock, view.status.since_page) == ("14:00:00", "no page yet")
    assert (view.status.affected, view.status.well, view.status.command) == (0, True, "Nobody")
    assert view.status.silence == Silence("quiet", "–", "nothing to tell yet")
    assert [member.name for member in view.team] == ["Priya", "Tomas", "Ines", "Ruth"]


def test_the_bar() -> None:
    seen = paged(
        impact=impact(*[0.0] * 3, *[1611.4] * 12),
        severity=2,
        roles={"incident_commander": "priya"},
        questions=(Question(100_000, "kofi", "Well?"),),
    )
    status = view_of(SCENARIO, seen).status
    assert (status.clock, status.since_page) == ("14:03:05", "2:05 since the page")
    assert (status.affected, status.share, status.trend, status.well) == (1611, "13 %", "rising", False)
    assert (status.lost, status.severity, status.command, status.questions) == (1234, 2, "Priya", 1)
    assert status.by_journey == (("Browse the shop", 0), ("Check out", 1611))


@pytest.mark.parametrize(
    ("before", "after", "trend"),
    [(1600, 1604, "steady"), (1600, 400, "falling"), (10, 60, "rising"), (3, 7, "steady")],
)
def test_the_trend(before: float, after: float, trend: str) -> None:
    assert view_of(SCENARIO, paged(impact=impact(before, after))).status.trend == trend


def test_a_quiet_days_errors_are_no_outage() -> None:
    assert view_of(SCENARIO, paged(impact=impact(8.2))).status.well is True
    assert view_of(SCENARIO, paged(impact=impact(1600.0))).status.well is False


def test_silence() -> None:
    def silence(**more) -> Silence:
        return view_of(SCENARIO, paged(**more)).status.silence

    update = Update(5, 120_000, "status_page", "commander", "investigating", (), "some", 3, "")
    assert silence() == Silence("none", "None yet", "2:05 of silence")
    assert silence(updates=(update,)) == Silence("kept", "1:05 ago", "no next one promised")
    for due_ms, state, detail in (
        (300_000, "kept", "next due in 1:55"),
        (240_000, "due", "next due in 0:55"),
        (180_000, "overdue", "overdue by 0:05"),
    ):
        assert silence(updates=(update,), next_update_due_ms=due_ms) == Silence(state, "1:05 ago", detail)
    over = silence(updates=(update,), next_update_due_ms=180_000, resolved_ms=181_000)
    assert over == Silence("kept", "1:05 ago", "it is over")


def test_the_steps() -> None:
    seen = paged(acknowledged_ms=70_000, triage={"impact": "degraded"}, severity=2, postmortem_in_hours=24)
    assert view_of(SCENARIO, seen).steps == (
        Step("acknowledge", "Acknowledge", "done", "14:01"),
        Step("triage", "Triage", "next", "1 of 3"),
        Step("severity", "Severity", "done", "SEV-2"),
        Step("update", "First update", "later", ""),
        Step("mitigate", "Mitigated", "later", ""),
        Step("resolve", "Resolved", "later", ""),
        Step("postmortem", "Postmortem", "later", "in 24 h"),
    )


@pytest.mark.parametrize(
    ("affected", "state", "detail"), [(8.0, "done", "14:02"), (1600.0, "later", "14:02, users hurt")]
)
def test_mitigated_is_reached_only_while_users_are_well(affected: float, state: str, detail: str) -> None:
    steps = view_of(SCENARIO, paged(mitigated_ms=120_000, impact=impact(affected))).steps
    assert Step("mitigate", "Mitigated", state, detail) in steps


def test_alerts_firing_first() -> None:
    alerts = (AlertState("a", "A", False, 90_000, "fine"), AlertState("b", "B", True, 100_000, "bad"))
    alarms = view_of(SCENARIO, paged(alerts=alerts)).alarms
    assert [(alarm.title, alarm.firing, alarm.since) for alarm in alarms] == [
        ("B", True, "14:01"),
        ("A", False, "14:01"),
    ]


def test_the_channel_names_people_and_tells_own_finds() -> None:
    seen = paged(
        channel=(
            Message(9, 60_000, "pager", "Checkout fails.", "page"),
            Message(11, 80_000, "priya", "Here.", "page"),
            Message(14, 120_000, "kofi", "Is it us?", "question"),
        ),
        questions=(Question(120_000, "kofi", "Is it us?"),),
        evidence=(found(), found(id="logs", seq=13, by="priya")),
    )
    assert view_of(SCENARIO, seen).channel == (
        Line(9, "14:01", "Pager", "", "Checkout fails.", "page", mine=False, waiting=False),
        Line(11, "14:01", "Priya", "operations on call", "Here.", "joined", mine=False, waiting=False),
        Line(12, "14:01", "You", "", "A diff", "found", mine=True, waiting=False),
        Line(14, "14:02", "Kofi", "support lead", "Is it us?", "question", mine=False, waiting=True),
    )


def test_work_in_flight() -> None:
    def job(**more) -> Job:
        given = {
            "decision": "d7", "actor": "priya", "verb": "roll_back", "label": "Roll back", "target": None,
            "asked_ms": 0, "started_ms": 125_000, "expected_ms": 120_000, **more,
        }  # fmt: skip
        return view_of(SCENARIO, paged(work=(Work(**given),))).jobs[0]

    assert job() == Job("d7", "Roll back", "Priya", False, False, 0.5, 60_000, "about 1 min left")
    assert (job(started_ms=0).progress, job(started_ms=0).left) == (0.95, "any moment now")
    waiting = job(actor="commander", started_ms=None)
    assert (waiting.who, waiting.mine, waiting.progress, waiting.left) == ("You", True, 0.0, "next in line")
    boxed = job(started_ms=185_000, time_box_ms=300_000)
    assert boxed.left == "about 2 min left, stops at 14:08:05"
    assert job(started_ms=None, time_box_ms=300_000).left == "next in line"
    assert (job().told, waiting.told) == ("Priya has begun", "In line until you are free")


def test_evidence() -> None:
    items = view_of(SCENARIO, paged(evidence=(found(), found(source="runbook", about=None)))).evidence
    assert items[0] == Item(
        "diff-x#12",
        "14:01",
        "Diff",
        "Deploy orders-api 2.31.0",
        "A diff",
        "+ new",
        "You",
        mine=True,
        style="diff",
        subject="orders-2.31",
    )
    assert (items[1].source, items[1].about, items[1].style) == ("Runbook", "", "prose")


def test_only_work_that_has_begun_has_a_bar() -> None:
    room = acknowledged()
    room.act("look", source="dashboard")
    room.act("look", source="changes")
    told = html_of(room.panels.widget)
    assert "next in line" in told
    assert told.count('role="progressbar"') == 1


def test_the_timeline_draft() -> None:
    seen = paged(
        channel=(
            Message(9, 60_000, "pager", "Checkout\nfails. " + "x" * 200, "page"),
            Message(10, 61_000, "Kofi (support)", "Tickets.", "inject"),
            Message(11, 125_000, "priya", "Rolled back: it.", "report"),
        )
    )
    first, second = timeline_of(SCENARIO, seen).splitlines()
    assert first.startswith("14:01 Pager: Checkout fails. xxx")
    assert len(first) == len("14:01 ") + 160
    assert second == "14:02 Priya: Rolled back: it."


def test_news_is_told_once_and_the_most_urgent_first() -> None:
    news = News()
    before, after = view_of(SCENARIO, quiet()), view_of(SCENARIO, paged(impact=impact(1600.0)))
    assert news.of(before) == ""
    assert news.of(after) == "You are being paged: HTTP 500s after a deploy"
    assert news.of(after) == ""
    assert (
        news.of(view_of(SCENARIO, paged(impact=impact(3.0)))) == "Users are well again. Watch that it holds."
    )


def test_marks_keep_their_moment() -> None:
    marks = Marks(SCENARIO)
    firing = AlertState("orders-5xx", "500s", True, 60_000, "")
    work = Work("d7", "priya", "roll_back", "Roll back it", None, 0, 100_000, 9)
    marks.see(paged(alerts=(firing,), work=(work,), at_ms=110_000))
    later = paged(
        alerts=(replace(firing, firing=False, since_ms=150_000),), undone=frozenset({"orders-2.31"})
    )
    assert marks.see(later) == marks.see(replace(later, at_ms=190_000))
    assert [(mark["t"], mark["kind"]) for mark in marks.see(later)] == [
        (60, "alert"), (100, "decision"), (150, "alert"), (185, "change"),
    ]  # fmt: skip


# -- the pulse ---------------------------------------------------------------------------------------------


class Told:
    def __init__(self) -> None:
        self.ticks: list[float] = []
        self.beats = self.alone = 0

    def pulse(self) -> Pulse:
        pulse = Pulse(self.ticks.append, self._beat, self._lost)
        pulse.begin(100.0)
        return pulse

    def _beat(self) -> None:
        self.beats += 1

    def _lost(self) -> None:
        self.alone += 1


def test_ticks_are_clamped_and_beats_come_every_second() -> None:
    told = Told()
    pulse = told.pulse()
    for n in range(1, 9):
        assert pulse.step(100 + n * PERIOD_S)
    assert told.ticks == [PERIOD_S] * 8
    assert told.beats == 2
    pulse.step(200.0)
    assert told.ticks[-1] == LONGEST_S, "a blocked kernel makes no jump in drill time"


def test_nobody_watching_stops_the_pulse_but_only_after_somebody_did() -> None:
    async def play() -> Told:
        told = Told()
        pulse = told.pulse()
        for second in range(200):
            assert pulse.step(100.0 + second), "no page was ever open: a script plays"
        pulse.hear()
        assert pulse.going
        now = asyncio.get_running_loop().time()
        steps = 0
        while pulse.step(now + steps + 1):
            steps += 1
        pulse.stop()
        assert ALONE_S - 1 <= steps <= ALONE_S + 1
        return told

    assert asyncio.run(play()).alone == 1


def test_a_second_start_cancels_the_first() -> None:
    async def play() -> None:
        pulse = Told().pulse()
        assert pulse.start()
        first = pulse._task
        assert pulse.start()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert first is not None
        assert first.cancelled()
        assert pulse.going
        pulse.stop()

    asyncio.run(play())
    assert Told().pulse().start() is False, "no loop, no pulse"


def test_the_drill_runs_on_real_time() -> None:
    async def play() -> tuple[int, float]:
        room = Room(Session(SCENARIO, CLEAN), speed=60)
        now_s = asyncio.get_running_loop().time
        began_s = now_s()
        room.start()
        before = room.session.now_ms
        await asyncio.sleep(2.2 * PERIOD_S)
        room.pause()
        return room.session.now_ms - before, now_s() - began_s

    drill_ms, real_s = asyncio.run(play())
    assert 60_000 * PERIOD_S <= drill_ms <= 60_000 * real_s


# -- the room ----------------------------------------------------------------------------------------------


def playing(**more) -> Room:
    """A room whose trainee has been paged."""
    room = Room(Session(SCENARIO, CLEAN), **more)
    room.start()
    while room.session.observe().paged_ms is None:
        room.tick(1)
    return room


def acknowledged(**more) -> Room:
    room = playing(**more)
    room.strip.button.click()
    while room.session.observe().acknowledged_ms is None:
        room.tick(0.25)
    return room


def test_start_skips_to_just_before_the_page() -> None:
    room = Room(Session(SCENARIO, CLEAN))
    assert room.phase == "ready"
    assert "sevdrill-at-ready" in room.panel._dom_classes
    room.opening.button.click()
    assert (room.phase, room.session.now_ms) == ("running", 35_000), (
        "2.5 s before the page at 10 times the speed"
    )
    assert "Nothing has paged you so far" in html_of(room.panel)
    for _ in range(11):
        room.tick(0.25)
    page = html_of(room.panel)
    assert "You are being paged · HTTP 500s after a deploy" in page
    assert "sevdrill-paged" in room.strip.widget._dom_classes
    assert room.guard.announce == "You are being paged: HTTP 500s after a deploy"


def test_pause_resume_and_speed() -> None:
    room = playing()
    room.controls.pause.click()
    now_ms = room.session.now_ms
    room.tick(1)
    assert (room.phase, room.session.now_ms, room.controls.pause.description) == ("paused", now_ms, "Resume")
    room.controls.speed.value = 60
    room.controls.pause.click()
    room.tick(1)
    assert (room.phase, room.speed, room.session.now_ms) == ("running", 60, now_ms + 60_000)
    with pytest.raises(UnknownNameError, match="expected one of 1, 2, 5, 10, 20, 30, 60"):
        room.set_speed(7)
    assert SPEEDS[0] == 1


def test_a_room_that_nobody_watches_waits_and_says_why() -> None:
    room = playing(alone_s=30)
    room.clock.alone()
    assert room.phase == "paused"
    assert 'title="Paused: no page has been open for 30 s."' in html_of(room.panel)
    assert room.guard.announce == "Paused: no page has been open for 30 s."


def test_acknowledge_holds_command() -> None:
    room = acknowledged()
    assert room.session.observe().roles == {"incident_commander": "commander"}
    assert "sevdrill-running" in room.strip.widget._dom_classes
    assert "sevdrill-paged" not in room.strip.widget._dom_classes


def test_buttons_work_from_a_running_loop() -> None:
    async def play() -> Room:
        room = Room(Session(SCENARIO, CLEAN), speed=60)
        room.opening.button.click()
        assert room.phase == "ready", "a handler only posts"
        await asyncio.sleep(0)
        assert room.phase == "running"
        room.clock.pulse.stop()
        room.tick(1)
        room.tick(1)
        room.tick(1)
        room.strip.button.click()
        await asyncio.sleep(0)
        return room

    assert [decision.verb for decision in asyncio.run(play()).session.decisions] == ["acknowledge"]


def test_a_form_asks_for_what_is_missing() -> None:
    room = acknowledged()
    form = room.moves.forms["roll_back"]
    form.button.click()
    assert "Not done. First say: Change." in html_of(form.widget)
    assert 'role="alert"' in html_of(form.widget)
    assert len(room.session.decisions) == 1, "nothing was decided"


def test_a_refusal_is_shown_in_place_and_in_the_line_above() -> None:
    room = acknowledged()
    form = room.moves.forms["roll_back"]
    form.fields["change"].widget.value = "db-reindex"
    form.button.click()
    reason = "Index rebuild on the orders database has no way back."
    assert f"Not done. {reason}" in html_of(form.widget)
    assert room.guard.announce == f"Not done. {reason}"
    other = room.moves.forms["declare"]
    other.fields["level"].widget.value = "2"
    other.button.click()
    assert "You have begun." in html_of(other.widget)
    assert room.guard.announce == "Declare SEV-2: You have begun."
    assert reason not in html_of(form.widget), "the last answer is the one on screen"


def test_a_refusal_before_the_acknowledgement() -> None:
    room = playing()
    room.moves.forms["declare"].fields["level"].widget.value = "1"
    room.moves.forms["declare"].button.click()
    assert "Acknowledge the page first." in html_of(room.moves.widget)


def test_act_returns_what_became_of_it() -> None:
    room = playing()
    assert room.act("acknowledge").refused is None
    room.tick(1)
    assert room.act("page", who="priya").refused is None
    assert room.act("page", who="priya").refused is None, "the first page is still being written"
    room.tick(2)
    assert room.act("page", who="priya").refused == "Priya has been paged already."
    with pytest.raises(DecisionError, match="did you mean 'priya'"):
        room.act("page", who="pria")


def test_moves_are_only_made_while_it_is_played() -> None:
    room = Room(Session(SCENARIO, CLEAN))
    with pytest.raises(DecisionError, match="the drill has not started"):
        room.act("acknowledge")
    room.start()
    room.end()
    with pytest.raises(DecisionError, match="the drill is over"):
        room.act("acknowledge")


def test_a_move_whose_target_the_scenario_lacks_has_no_form() -> None:
    lacking = {"fail_over", "bypass_cache", "stop_automation", "restore", "run_procedure"}
    assert set(playing().moves.forms) | {"acknowledge"} == set(MOVES) - lacking


def test_every_move_has_its_form() -> None:
    room = Room(Session(EVERYTHING, CLEAN))
    room.start()
    assert set(room.moves.forms) | {"acknowledge"} == set(MOVES)
    for verb, form in room.moves.forms.items():
        assert form.button.description == MOVES[verb].title
        assert f"move-{verb}" in form.widget._dom_classes
        for name, field in form.fields.items():
            assert f"arg-{verb}-{name}" in field.widget._dom_classes


def test_a_look_offers_only_what_can_be_looked_at_there() -> None:
    room = acknowledged()
    look = room.moves.forms["look"].fields
    offered = {}
    for source in ("diff", "logs", "provider_status", "changes"):
        look["source"].widget.value = source
        offered[source] = [value for _, value in look["about"].widget.options if value]
    assert offered == {
        "diff": ["orders-2.31", "cdn-ttl", "db-reindex"],
        "logs": ["catalog", "orders-api", "orders-db", "taxwise"],
        "provider_status": ["taxwise"],
        "changes": [],
    }


def test_the_rarer_mitigations_offer_only_what_can_be_done() -> None:
    room = Room(Session(EVERYTHING, CLEAN))
    room.start()
    offered = {
        verb: {
            name: [value for _, value in field.widget.options if value]
            for name, field in room.moves.forms[verb].fields.items()
            if name not in ("by", "again")
        }
        for verb in (
            "scale", "fail_over", "bypass_cache", "stop_automation", "restore", "run_procedure",
            "hold_for_provider",
        )
    }  # fmt: skip
    assert offered == {
        "scale": {
            "service": ["web", "shop", "cache", "db", "mail"],
            "factor": ["1", "1.5", "2", "3", "5"],
        },
        "fail_over": {"service": ["web", "shop", "db"], "zone": ["north", "south", "east"]},
        "bypass_cache": {"service": ["shop"]},
        "stop_automation": {"automation": ["rollout", "scaler"]},
        "restore": {"service": ["db"]},
        "run_procedure": {"procedure": ["renew", "flush"]},
        "hold_for_provider": {"provider": ["pay"]},
    }


def test_the_rarer_mitigations_are_asked_for_as_their_forms_stand() -> None:
    room = Room(Session(EVERYTHING, CLEAN))
    room.start()
    while room.session.observe().paged_ms is None:
        room.tick(1)
    room.strip.button.click()
    while room.session.observe().acknowledged_ms is None:
        room.tick(0.25)
    for verb, chosen in (
        ("scale", {"service": "mail", "factor": "3"}),
        ("fail_over", {"service": "web", "zone": "south"}),
        ("bypass_cache", {"service": "shop"}),
        ("run_procedure", {"procedure": "renew"}),
    ):
        form = room.moves.forms[verb]
        for name, value in chosen.items():
            form.fields[name].widget.value = value
        form.button.click()
    assert [(d.verb, d.args) for d in room.session.decisions[1:]] == [
        ("scale", {"service": "mail", "factor": 3.0, "by": "commander"}),
        ("fail_over", {"service": "web", "zone": "south", "by": "commander"}),
        ("bypass_cache", {"service": "shop", "again": False, "by": "commander"}),
        ("run_procedure", {"procedure": "renew", "by": "commander"}),
    ]


def test_costs_follow_the_choice() -> None:
    room = acknowledged()
    room.moves.open("roll_back")
    form = room.moves.forms["roll_back"]
    assert "by hand, while in command · changes production" in html_of(form.widget)
    form.fields["change"].widget.value = "orders-2.31"
    assert "about 2 min 40 s · by hand, while in command · changes production" in html_of(form.widget)
    form.fields["by"].widget.value = "priya"
    assert "about 1 min 45 s · by hand" in html_of(form.widget), "Priya knows orders-api"


def test_presence_shows_in_the_choices() -> None:
    room = acknowledged()
    who = room.moves.forms["roll_back"].fields["by"].widget
    assert ("Priya (not paged) · operations on call", "priya") in who.options
    room.act("page", who="priya")
    for _ in range(120):
        room.tick(0.25)
    assert ("Priya (not paged) · operations on call", "priya") in who.options, "behind a tab that is closed"
    room.moves.open("roll_back")
    assert ("Priya (here) · operations on call", "priya") in who.options


def test_an_update_is_posted_with_all_its_parts_and_the_text_box_emptied() -> None:
    room = acknowledged()
    form = room.moves.forms["post_update"]
    fields = form.fields
    fields["broken"]._boxes["checkout"].value = True
    fields["affected"].widget.value = "some"
    fields["next_update_min"].widget.value = "15"
    fields["text"].widget.value = EVIL
    form.button.click()
    assert room.session.decisions[-1].args == {
        "channel": "status_page", "stage": "investigating", "broken": ["checkout"], "affected": "some",
        "next_update_min": 15, "text": EVIL, "by": "commander",
    }  # fmt: skip
    assert fields["text"].widget.value == ""
    room.tick(10)
    assert SAFE in html_of(room.panels.channel.widget)
    assert EVIL not in html_of(room.panel)


def test_the_postmortem_can_be_written() -> None:
    room = acknowledged()
    room.act("declare_mitigated")
    room.tick(2)
    form = room.moves.forms["write_postmortem"]
    form.fields["cause"].widget.value = "orders-2.31"
    form.fields["went_well"].widget.value = "Paged fast\n\n  Rolled back  \n"
    form.fields["actions"].widget.value = "Test guests | orders team | 14 | prevent\nJust this"
    next(child for child in form._last_row.children if child is not form.button).click()
    assert form.fields["timeline"].widget.value.startswith("14:01 Pager: orders-api is answering HTTP 500")
    form.button.click()
    args = room.session.decisions[-1].args
    assert args["went_well"] == ["Paged fast", "Rolled back"]
    assert args["actions"] == [
        {"what": "Test guests", "owner_role": "orders team", "due_days": 14, "kind": "prevent"},
        {"what": "Just this"},
    ]
    assert isinstance(form.fields["summary"], Prose)
    assert "summary" not in args, "an empty text is left out"


def test_the_end_shows_what_the_caller_returns() -> None:
    ended: list[Session] = []

    def on_end(session: Session) -> W.HTML:
        ended.append(session)
        return W.HTML("<b>87 out of 100</b>")

    room = acknowledged(on_end=on_end)
    room.controls.end.click()
    assert ended == [room.session]
    assert (room.phase, room.session.ended) == ("ended", True)
    assert "87 out of 100" in html_of(room.panel)
    assert "You left at 14:01; the rest of the time passed without you." in html_of(room.panel)
    room.end()
    assert len(ended) == 1


def test_the_end_comes_by_itself_and_results_may_be_html_or_nothing() -> None:
    class Shown:
        def _repr_html_(self) -> str:
            return "<i>fine</i>"

    for result, text in (
        (Shown(), "<i>fine</i>"),
        ("<u>x</u>", "<u>x</u>"),
        (None, "user-minutes lost"),
        (3, ">3<"),
    ):
        room = playing(speed=60, on_end=lambda _, result=result: result)
        while room.phase == "running":
            room.tick(1)
        assert text in html_of(room.panel)
        assert "You left at" not in html_of(room.panel)


def test_an_early_end_can_be_taken_back() -> None:
    room = acknowledged()
    left_ms = room.session.now_ms
    decisions = room.session.decisions
    room.end()
    room.ending.back.click()
    assert room.phase == "paused"
    assert left_ms <= room.session.now_ms <= left_ms + 1
    assert room.session.decisions == decisions
    assert room.guard.announce.endswith("again, in a branch. Press Resume to play on.")
    room.start()
    room.tick(1)
    assert room.phase == "running"


def test_a_faulty_handler_is_shown_and_pauses_the_drill(monkeypatch: pytest.MonkeyPatch) -> None:
    room = acknowledged()

    def fail(*_: object) -> None:
        raise RuntimeError(EVIL)

    monkeypatch.setattr(room.session, "decide", fail)
    room.moves.forms["declare"].fields["level"].widget.value = "2"
    room.moves.forms["declare"].button.click()
    page = html_of(room.problem.widget)
    assert 'role="alert"' in page
    assert f"RuntimeError: {SAFE}" in page
    assert EVIL not in page
    assert room.phase == "paused"
    room.problem._close.click()
    assert html_of(room.problem.widget) == ""
    assert room.problem.widget.layout.display == "none"


def test_a_faulty_tick_and_a_faulty_result_are_shown() -> None:
    def fail(_: Session) -> None:
        raise ValueError("no score today")

    room = acknowledged(on_end=fail)
    room.session.advance = lambda _: 1 / 0  # type: ignore[method-assign]
    room.clock.ticked(0.25)
    assert (room.phase, "ZeroDivisionError" in html_of(room.problem.widget)) == ("paused", True)
    room.end()
    assert "no score today" in html_of(room.problem.widget)
    assert "only the result is missing" in html_of(room.problem.widget)


def test_all_scenario_text_is_escaped() -> None:
    raw = json.loads(SCENARIO.model_dump_json())

    def poison(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: poison(part, name) for name, part in value.items()}
        if isinstance(value, list):
            return [poison(part, key) for part in value]
        told = ("title", "text", "summary", "name", "asks", "users", "author")
        return f"{EVIL} {value}" if isinstance(value, str) and key in told else value

    scenario = type(SCENARIO).model_validate_json(json.dumps(poison(raw)))
    room = Room(Session(scenario, CLEAN), speed=60)
    room.start()
    pages = [html_of(room.opening.widget)]
    verbs = iter(
        [
            ("acknowledge", {}),
            ("page", {"who": "all-hands"}),
            ("look", {"source": "diff", "about": "orders-2.31"}),
            ("look", {"source": "dashboard"}),
            ("roll_back", {"change": "db-reindex"}),
        ]
    )
    while room.phase == "running":
        room.tick(0.5)
        if room.session.observe().paged_ms is not None and (move := next(verbs, None)):
            room.act(move[0], **move[1])
        pages.append(html_of(room.panel))
    everything = "".join(pages)
    assert SAFE in everything
    assert EVIL not in everything


def test_a_drill_can_be_taken_up_where_it_stands() -> None:
    session = acknowledged().session
    room = Room(session)
    assert room.opening.button.description == "Resume drill"
    now_ms = session.now_ms
    room.start()
    assert session.now_ms == now_ms


def test_the_room_shows_itself_and_says_what_it_is_where_widgets_cannot_be_shown() -> None:
    room = Room(Session(SCENARIO, CLEAN))
    bundle = room._repr_mimebundle_()
    assert bundle["text/plain"] == "Control room: HTTP 500s after a deploy"
    assert bundle == room._repr_mimebundle_(), "shown twice, it is the same panel"


def test_the_core_does_not_load_widgets() -> None:
    rims = ("ipywidgets", "anywidget", "scoring")
    code = f"import sys, simulator; print([name for name in {rims} if name in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
