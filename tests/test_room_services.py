"""The service dashboards of the control room: what they say, what they draw and when, how one opens them."""

from dataclasses import replace

import pytest

from simulator import Session, load
from simulator.board import Work
from simulator.dashboards import Dashboard
from simulator.observe import Observation
from simulator.room.marks import Marks
from simulator.room.room import Room
from simulator.room.service_view import NOW, PAST, curves_of, options, service_lines
from simulator.world import METRICS

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")

SCENARIO = load("api-500s-after-deploy")
CLEAN = 2
"""A seed whose truth is a deploy that rolls back cleanly."""
USUAL = {"requests_per_s": 400.0, "error_rate": 0.001, "latency_p50_s": 0.15, "latency_p99_s": 0.5}
USUAL |= {"busy_share": 0.45, "queue": 0.0}


def dashboard(samples: int = 3, blind_since_ms: int | None = None, **last: float) -> Dashboard:
    """A quiet day of `USUAL`, ten per cent more in its last minute, then samples that end in `last`."""
    past = {metric: (*([value] * 720), 1.1 * value) for metric, value in USUAL.items()}
    now = None if blind_since_ms is not None else 1.0
    signals = {
        metric: (*([value] * (samples - 1)), now and last.get(metric, value))
        for metric, value in USUAL.items()
    }
    return Dashboard(
        at_ms=tuple(range(0, 5_000 * samples, 5_000)),
        signals=signals,
        blind_since_ms=blind_since_ms,
        past_at_s=tuple(range(-43_200, 1, 60)),
        past=past,
    )


def seeing(at_ms: int = 11_000, **dashboards: Dashboard) -> Observation:
    named = {name.replace("_", "-"): each for name, each in dashboards.items()}
    return replace(Session(SCENARIO, CLEAN).observe(), at_ms=at_ms, dashboards=named)


def states(seen: Observation) -> dict[str, str]:
    return {line.id: line.state for line in service_lines(SCENARIO, seen)}


# -- the list ----------------------------------------------------------------------------------------------


def test_a_service_nobody_has_looked_at_has_a_name_and_nothing_else() -> None:
    assert options(service_lines(SCENARIO, seeing()))[3] == {
        "id": "taxwise",
        "title": "Taxwise",
        "hint": "Taxwise (tax quotes, provider)",
        "detail": "not opened",
        "tone": "",
    }
    assert set(states(seeing()).values()) == {"not opened"}


def test_a_look_at_its_dashboard_opens_a_service_and_no_other_look_does() -> None:
    work = Work("d2", "commander", "look", "Look at dashboard: Catalog", "catalog", 0, 0, 20_000)
    logs = work._replace(label="Look at logs: Orders API", target="orders-api")
    assert states(replace(seeing(), work=(work, logs))) == {
        "catalog": "opening",
        "orders-api": "not opened",
        "orders-db": "not opened",
        "taxwise": "not opened",
    }


@pytest.mark.parametrize(
    ("last", "state", "tone"),
    [
        ({}, "normal", "good"),
        ({"error_rate": 0.0099}, "normal", "good"),
        ({"error_rate": 0.01}, "failing", "alarm"),
        ({"error_rate": 0.3, "latency_p99_s": 9.0}, "failing", "alarm"),
        ({"latency_p99_s": 1.1}, "normal", "good"),
        ({"latency_p99_s": 1.11}, "slow", "warn"),
        ({"busy_share": 0.9}, "busy", "warn"),
        ({"requests_per_s": 101.0}, "normal", "good"),
        ({"requests_per_s": 99.0}, "idle", "warn"),
    ],
)
def test_one_word_says_how_an_opened_service_is(last: dict[str, float], state: str, tone: str) -> None:
    line = service_lines(SCENARIO, seeing(orders_api=dashboard(**last)))[1]
    assert (line.id, line.state, line.tone, line.opened) == ("orders-api", state, tone, True)


def test_what_is_usual_for_a_service_is_no_news_of_it() -> None:
    busy = dashboard(busy_share=0.95, error_rate=0.02)
    busy = replace(busy, past={**busy.past, "busy_share": (0.95,) * 721, "error_rate": (0.02,) * 721})
    assert states(seeing(orders_api=busy))["orders-api"] == "normal"


def test_a_blinded_service_says_so_and_its_curves_stop() -> None:
    seen = seeing(orders_api=dashboard(blind_since_ms=5_000))
    assert states(seen)["orders-api"] == "no data"
    shown = curves_of(seen, "orders-api", NOW)
    assert shown.gap == "no data since 14:00"
    assert [column[-1] for curve in shown.curves for column in curve.y] == [None] * len(METRICS)
    assert [column[-2] for curve in shown.curves for column in curve.y] != [None] * len(METRICS)
    assert curves_of(seeing(orders_api=dashboard()), "orders-api", NOW).gap == ""


def test_a_dashboard_opened_before_the_first_sample_is_no_fault() -> None:
    empty = replace(dashboard(), at_ms=(), signals=dict.fromkeys(METRICS, ()))
    assert states(seeing(orders_api=empty))["orders-api"] == "normal"
    assert curves_of(seeing(at_ms=0, orders_api=empty), "orders-api", NOW).t[-1] == -60


# -- the curves --------------------------------------------------------------------------------------------


def test_the_drill_so_far_begins_a_quarter_of_an_hour_before_it() -> None:
    shown = curves_of(seeing(orders_api=dashboard()), "orders-api", NOW)
    assert shown.window == (-900, 900)
    assert shown.t == [*(float(at_s) for at_s in range(-900, 0, 60)), 2.5, 10.0]  # the last stays as it is
    late = seeing(at_ms=900_000, orders_api=dashboard(samples=180))
    assert curves_of(late, "orders-api", NOW).window == (-900, 2700)
    end = seeing(at_ms=SCENARIO.length_ms, orders_api=dashboard(samples=720))
    assert curves_of(end, "orders-api", NOW).window == (-900, 3600)


def test_the_last_twelve_hours_are_the_quiet_day_joined_to_now() -> None:
    late = seeing(at_ms=1_000_000, orders_api=dashboard(samples=200, error_rate=0.5))
    shown = curves_of(late, "orders-api", PAST)
    assert shown.window == (1800 - 43_200, 1800)
    assert (shown.t[0], shown.t[-1]) == (-41_340.0, 995.0)
    assert len(shown.t) < 250
    errors = shown.curves[0].y[0]
    assert errors[0] == pytest.approx(0.1)
    assert errors[-1] == pytest.approx(50.0)


def test_the_four_charts_and_what_is_usual() -> None:
    seen = seeing(orders_api=dashboard(error_rate=0.123, latency_p99_s=2.5, queue=1204.0))
    errors, latency, saturation, traffic = curves_of(seen, "orders-api", NOW).curves
    assert [curve.note for curve in (errors, latency, saturation, traffic)] == [
        "usual 0.1 %",
        "usual p99 500–550 ms, p50 150–165 ms",
        "usual 45–50 %",
        "usual 400–440 requests/s",
    ]
    last = [column[-1] for curve in (errors, latency, saturation, traffic) for column in curve.y]
    assert last == pytest.approx([12.3, 2500, 150, 45, 1204, 400])
    assert latency.bands == [pytest.approx((500, 550)), pytest.approx((150, 165))]
    assert [len(curve.bands) for curve in (errors, saturation, traffic)] == [1, 1, 1]
    assert (errors.floor, latency.floor, saturation.floor) == (5.0, pytest.approx(825), 105.0)


def test_changes_made_before_the_drill_are_marked_once_they_have_been_read_of() -> None:
    room = playing()
    marks = Marks(SCENARIO)

    def changes() -> list[tuple[float, str]]:
        return [
            (mark["t"], mark["label"])
            for mark in marks.see(room.session.observe())
            if mark["kind"] == "change"
        ]

    assert changes() == []
    room.act("look", source="diff", about="orders-2.31")
    run(room, 600)
    assert changes() == [(-90.0, SCENARIO.changes["orders-2.31"].title)]
    room.act("look", source="changes")
    run(room, 300)
    assert [at_s for at_s, _ in changes()] == [-8100.0, -2520.0, -90.0]


# -- the panel ---------------------------------------------------------------------------------------------


def playing(speed: int = 10) -> Room:
    room = Room(Session(SCENARIO, CLEAN), speed=speed)
    room.start()
    while room.session.observe().paged_ms is None:
        room.tick(0.25)
    room.act("acknowledge")
    run(room, 60)
    room.panels.watch.view.chosen = "services"
    return room


def run(room: Room, seconds: float) -> None:
    until_ms = room.session.now_ms + 1000 * seconds
    while room.session.now_ms < until_ms:
        room.tick(0.25)


def opened(*services: str, speed: int = 10) -> Room:
    room = playing(speed)
    for service in services:
        room.act("look", source="dashboard", about=service)
    run(room, 120 * len(services))
    return room


def test_opening_a_dashboard_is_one_click_and_the_usual_look() -> None:
    room = playing()
    panel = room.panels.watch.services
    assert panel.list.chosen == "orders-api"  # what the page is about
    assert (panel.charts.layout.display, panel._invitation.layout.display) == ("none", None)
    assert "Opening it takes about 20 s; from then on it stays live here." in panel._told.value
    panel.button.click()
    last = room.session.decisions[-1]
    assert (last.verb, dict(last.args)) == ("look", {"source": "dashboard", "about": "orders-api"})
    assert panel.button.disabled
    assert "The dashboard is being opened." in panel._told.value
    assert [option["detail"] for option in panel.list.options] == [
        "not opened",
        "opening",
        "not opened",
        "not opened",
    ]
    run(room, 60)
    assert (panel.charts.layout.display, panel._invitation.layout.display) == (None, "none")
    assert panel.charts.title == "Orders API"
    assert panel.charts.payload["plots"][0]["y"][0][-1] == pytest.approx(38.0, abs=0.5)
    assert panel.list.options[1]["detail"] == "failing"


def test_a_dashboard_that_cannot_be_opened_now_says_why() -> None:
    room = Room(Session(SCENARIO, CLEAN), speed=10)
    room.start()
    room.panels.watch.view.chosen = "services"
    panel = room.panels.watch.services
    panel.button.click()
    assert "Not done. Nothing has paged you yet." in panel._told.value
    panel.list.chosen = "catalog"
    assert "Not done" not in panel._told.value


def test_after_the_end_nothing_can_be_opened_and_what_was_seen_stays() -> None:
    room = opened("orders-api")
    room.end()
    panel = room.panels.watch.services
    assert panel.charts.payload["t"][-1] == pytest.approx(SCENARIO.length_s)
    panel.list.chosen = "catalog"
    assert "Nobody looked at this dashboard." in panel._told.value
    assert panel.button.layout.display == "none"


def test_the_charts_follow_new_samples_at_most_once_a_second() -> None:
    room = opened("orders-api", speed=60)
    seen: list[int] = []
    room.panels.watch.services.charts.observe(lambda change: seen.append(change["new"]["seq"]), "payload")
    for _ in range(40):
        room.tick(0.25)
    assert len(seen) == 10
    room.set_speed(1)
    seen.clear()
    for _ in range(40):
        room.tick(0.25)
    assert len(seen) == 2  # ten seconds of drill time hold two samples


def test_what_is_off_screen_is_not_drawn() -> None:
    room = opened("orders-api")
    watch = room.panels.watch
    drawn = watch.services.charts.payload["seq"]
    watch.view.chosen = "users"
    assert (watch.impact.widget.layout.display, watch.services.widget.layout.display) == (None, "none")
    users = watch.impact.widget.payload["seq"]
    run(room, 60)
    assert watch.services.charts.payload["seq"] == drawn
    assert watch.impact.widget.payload["seq"] > users
    users = watch.impact.widget.payload["seq"]
    watch.view.chosen = "services"
    assert watch.services.charts.payload["seq"] == drawn + 1  # at once
    run(room, 60)
    assert watch.impact.widget.payload["seq"] == users


def test_the_window_and_the_service_change_at_once_even_when_paused() -> None:
    room = opened("orders-api", "orders-db")
    room.pause()
    panel = room.panels.watch.services
    panel.list.chosen = "orders-db"
    assert panel.charts.title == "Orders database"
    assert panel.charts.payload["window"] == [-900.0, 900.0]
    panel.window.chosen = PAST
    assert panel.charts.payload["window"] == [900.0 - 43_200, 900.0]
    panel.list.chosen = "no such service"  # a page of an older kernel may say anything
    assert panel.charts.title == "Catalog" or panel.charts.layout.display == "none"


def test_a_rewind_shows_the_same_service_and_curves_of_its_own_time() -> None:
    room = opened("orders-api", "orders-db")
    panel = room.panels.watch.services
    panel.list.chosen, panel.window.chosen = "orders-db", PAST
    before_s = panel.charts.payload["t"][-1]
    room.branch(room.session.now_ms - 60_000)
    now = room.panels.watch.services
    assert (room.panels.watch.view.chosen, now.list.chosen, now.window.chosen) == (
        "services",
        "orders-db",
        PAST,
    )
    assert now.charts.title == "Orders database"
    assert now.charts.payload["t"][-1] == before_s - 60


def test_the_key_of_the_services_is_on_their_button() -> None:
    room = playing()
    assert room.guard.shortcuts["s"] == "Services"
    assert room.panels.watch.view.options[1] == {
        "id": "services",
        "title": "Services",
        "hint": "Dashboards. Key: S",
        "key": "s",
    }


def test_the_panel_says_nothing_of_services_nobody_has_opened() -> None:
    room = opened("orders-db")
    panel = room.panels.watch.services
    for service in ("orders-api", "catalog", "taxwise"):
        panel.list.chosen = service
        assert panel.charts.layout.display == "none"
        assert panel.charts.title in ("", "Orders database")
    words = {option["detail"] for option in panel.list.options}
    assert words == {"not opened", "normal"}


def test_text_of_a_scenario_reaches_the_page_as_text() -> None:
    evil = "<img src=x onerror=alert(1)>"
    service = SCENARIO.services["orders-api"].model_copy(update={"title": evil})
    scenario = SCENARIO.model_copy(update={"services": {**SCENARIO.services, "orders-api": service}})
    room = Room(Session(scenario, CLEAN), speed=10)
    room.start()
    room.panels.watch.view.chosen = "services"
    assert "<img" not in room.panels.watch.services._told.value
    assert room.panels.watch.services.list.options[1]["title"] == evil  # the page writes it as text
