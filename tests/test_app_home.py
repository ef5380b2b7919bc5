"""The home page without a browser: what it says, what its buttons do, and what it does without a store."""

from dataclasses import replace

import ipywidgets as W  # noqa: N812
import pytest

from simulator import UnknownNameError, load
from simulator.app.advice import Advice, advise, weakest
from simulator.app.desk import Desk
from simulator.app.home import home
from simulator.app.homepage import ROWS, Wish
from simulator.app.homeview import OLDER, Card, fits, home_view, kept_by
from simulator.app.keeping import keep_score
from simulator.policies import play, player
from simulator.room.modechoice import MODES
from simulator.scenario.load import library
from simulator.store import StoredSession, StoreError, Terms, begin, open_store, resume
from tests.rooms import EVIL, SAFE, SCENARIO
from tests.stores import meddle, unguard

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")

FIRST = "api-500s-after-deploy"


@pytest.fixture
def store(monkeypatch, tmp_path):
    monkeypatch.setenv("SEVDRILL_STORE", str(tmp_path / "drills.db"))
    return open_store()


def finished(store, scenario=FIRST, seed=2, who="hero-debugger", trainee=None, **terms):
    chosen = load(scenario)
    log, trace = play(chosen, seed, player(who))
    drill = store.add_drill(chosen, seed, trainee or store.me(), Terms(**terms), log.decisions)
    store.note_time(drill, log.decisions[-1].at_ms)
    store.finish(drill, trace)
    keep_score(store, drill, chosen, trace)
    return store.drill(drill.id)


def view_of(store):
    return home_view(library(), kept_by(store, store.me(), library()))


def words(widget: W.Widget) -> str:
    """Everything that is on screen, markup and button names, from top to bottom."""
    if getattr(widget.layout, "display", None) == "none":
        return ""
    if isinstance(widget, W.Box):
        return "\n".join(words(child) for child in widget.children)
    if isinstance(widget, W.Button):
        return f"[{widget.description}]"
    return str(widget.value) if isinstance(widget, W.HTML) else ""


def button(widget: W.Widget, name: str, nth: int = 0) -> W.Button:
    found: list[W.Button] = []

    def seek(part: W.Widget) -> None:
        if isinstance(part, W.Button) and part.description == name:
            found.append(part)
        for child in getattr(part, "children", ()):
            seek(child)

    seek(widget)
    return found[nth]


# -- the view ---------------------------------------------------------------------------------------------


def test_the_shelf_begins_with_easy_drills(store):
    cards = view_of(store).cards
    levels = [card.difficulty for card in cards]
    assert levels == sorted(levels, key=("starter", "intermediate", "advanced").index)
    assert {card.id for card in cards} == set(library())
    assert [card.id for card in cards[:2]] == ["tutorial-lunch-orders", FIRST]
    first = cards[1]
    assert first == Card(
        FIRST,
        "HTTP 500s after a deploy",
        "Twenty minutes after lunch the orders API starts to fail for people at the checkout. A deploy has "
        "just finished. Is it the deploy?",
        "starter",
        ("triage", "rollback", "communication", "command"),
        60,
        "",
        suggested=False,
    )
    assert cards[0].suggested


def test_filters():
    card = Card("a", "A", "", "starter", ("triage", "command"), 50, "", suggested=False)
    assert fits(card)
    assert fits(card, "starter", "command", 50)
    assert not fits(card, difficulty="advanced")
    assert not fits(card, skill="rollback")
    assert not fits(card, most_min=49)


def test_what_was_played_is_told_with_score_and_marks(store):
    first = finished(store)
    finished(store, who="by-the-book")
    finished(store, parent=first.id, branched_ms=200_000)
    finished(store, origin="imported")
    finished(store, origin="simulated")
    finished(store, trainee=store.trainee("Ada"))
    view = view_of(store)
    assert [row.marks for row in view.over] == [
        ("played by a program",),
        ("imported",),
        ("branch from 3:20",),
        (),
        (),
    ]
    best, worst = view.over[3:]
    assert (worst.title, worst.told, worst.mode, worst.closed) == (
        "HTTP 500s after a deploy",
        "3 of 100",
        "standard",
        "",
    )
    assert worst.mitigated == "Users well after 28:15"
    assert worst.begun == f"{first.started_at.astimezone():%d %b %Y, %H:%M}"
    assert best.told == "100 of 100"
    card = next(card for card in view.cards if card.id == FIRST)
    assert card.played == "Played twice, best 100", "without branches and what others played"


def test_what_is_under_way_stands_where_it_was_left(store):
    begin(store, SCENARIO, 3, mode="exam").advance(400_000)
    [row] = view_of(store).going
    assert (row.title, row.told, row.mode, row.mitigated) == (SCENARIO.title, "6:40 played", "exam", "")
    assert view_of(store).over == ()


def test_a_drill_of_another_engine_is_shown_and_stays_closed(store):
    finished(store)
    begin(store, SCENARIO, 3)
    unguard(store)
    meddle(store, "UPDATE drills SET engine = 1")
    view = view_of(store)
    assert [row.closed for row in (*view.over, *view.going)] == [OLDER, OLDER]
    page = home()
    assert OLDER in words(page.panel)
    assert "[Resume]" not in words(page.panel)
    assert "[Open debrief]" not in words(page.panel)


# -- the advice -------------------------------------------------------------------------------------------


def scored(store):
    return [(one.drill, one.score) for one in kept_by(store, store.me(), library()) if one.score is not None]


def test_without_a_score_the_first_drill_is_one_to_begin_with(store):
    few = {key: scenario for key, scenario in library().items() if key in (FIRST, "rail-booking-timeouts")}
    told = "You have no scored drill yet. This one is made to begin with."
    assert advise(few, []) == Advice(FIRST, SCENARIO.title, told)
    finished(store, origin="simulated")
    finished(store, origin="imported")
    finished(store, parent=finished(store, trainee=store.trainee("Ada")).id, branched_ms=1)
    assert advise(few, scored(store)).reason == told, "what others played says nothing of the trainee"


def test_the_weakest_rule_names_the_next_drill(store):
    finished(store, who="hero-debugger")
    finished(store, who="hero-debugger", seed=3)
    told = advise(library(), scored(store))
    assert told.rule == "R6"
    assert told.reason == (
        "You lose most on “Mitigate before you fix” (R6): 0 % of its points in the last 2 drills that asked "
        "for it. Take the fastest safe act as soon as the evidence points to it; look for the root cause "
        "afterwards. This drill trains rollback."
    )
    assert "rollback" in load(told.scenario).skills
    assert told.scenario != FIRST, "one that was not played yet"
    assert next(card for card in view_of(store).cards if card.id == told.scenario).suggested


def test_old_habits_are_forgotten(store):
    finished(store, who="hero-debugger")
    for seed in range(2, 7):
        finished(store, seed=seed, who="by-the-book")
    rules = weakest(scored(store))
    assert rules is None or rules.rule != "R6"


def test_one_who_keeps_every_rule_takes_a_hard_drill(store):
    drill = finished(store, who="by-the-book")
    [score] = store.scores(drill)
    perfect = replace(score, figures={f"R{n}": 1.0 for n in range(1, 13)})
    told = advise(library(), [(drill, perfect)])
    assert load(told.scenario).difficulty == "advanced"
    assert told.reason == "No rule stands out in your last drills. Take a hard one."


# -- the page ---------------------------------------------------------------------------------------------


def test_a_drill_begins_in_place_and_there_is_a_way_back(store):
    page = home(mode="exam", speed=20)
    button(page.shelf.widget, "Begin").click()
    room = page.room
    assert room is not None
    assert page.panel.children == (room.panel,)
    assert (room.mode, room.speed, room.phase) == ("exam", 5, "ready"), "a tutorial's guide wants to be read"
    assert store.drills() == [], "only a drill that is really started is kept"
    room.start()
    assert isinstance(room.session, StoredSession)
    assert room.session.drill.mode == "exam"
    room.tick(1)
    button(room.panel, "All drills").click()
    assert room.phase == "paused"
    assert page.panel.children == (page.page,)
    button(page.panel, "Resume").click()
    assert page.room is room, "the very room that waits, not a second one of the same drill"
    assert page.panel.children == (room.panel,)


def test_a_drill_begins_at_the_speed_that_is_chosen(store):
    page = home(speed=20)
    button(page.shelf.widget, "Begin", 1).click()
    assert page.room is not None
    assert (page.room.session.scenario.id, page.room.speed) == (FIRST, 20)


def test_an_unfinished_drill_is_resumed_where_it_stands(store):
    session = begin(store, SCENARIO, 3)
    session.advance(100_000)
    session.decide("acknowledge")
    page = home()
    button(page.panel, "Resume").click()
    assert page.room is not None
    assert (page.room.session.now_ms, len(page.room.session.decisions)) == (100_000, 1)
    assert page.room.session.drill.id == session.drill.id


def test_the_debrief_opens_again_and_the_drill_can_be_played_on(store):
    drill = finished(store)
    page = home()
    button(page.panel, "Open debrief").click()
    room = page.room
    assert room is not None
    assert room.phase == "ended"
    assert "Debrief: HTTP 500s after a deploy" in words(room.ending.widget)
    room.go_back()
    assert room.session.drill.parent == drill.id
    page.back()
    assert "branch from 28:" in words(page.panel)
    assert len(store.drills(store.me())) == 2, "looking back writes nothing"


def test_more_of_the_past_is_shown_on_demand(store):
    for _ in range(ROWS + 2):
        store.finish(begin(store, SCENARIO, 3).drill, play(SCENARIO, 3, player("do-nothing"))[1])
    page = home()
    assert words(page.panel).count("[Open debrief]") == ROWS
    assert words(page.panel).count("Not scored") == ROWS
    button(page.panel, "Show older").click()
    assert words(page.panel).count("[Open debrief]") == ROWS + 2
    assert "[Show older]" not in words(page.panel)


def test_the_filters_sift_the_shelf(store):
    page = home()
    everything = words(page.shelf.widget)
    assert everything.count("[Begin]") == len(library())
    assert f"{len(library())} drills" in everything
    page.shelf.filters["skill"].value = "command"
    able = [scenario.title for scenario in library().values() if "command" in scenario.skills]
    shown = words(page.shelf.widget)
    assert shown.count("[Begin]") == len(able)
    assert all(title in shown for title in able)
    assert f"{len(able)} of {len(library())} drills" in shown
    page.shelf.filters["difficulty"].value = "advanced"
    assert f"0 of {len(library())} drills" in words(page.shelf.widget)


def test_the_help_that_is_chosen_is_explained(store):
    page = home()
    told = {mode: f"{name}: {does}" for mode, (name, does) in MODES.items()}
    assert told["standard"] in words(page.panel)
    page.mode.value = "exam"
    assert told["exam"] in words(page.panel)


def test_settings_that_are_not_offered_are_refused(store):
    with pytest.raises(
        UnknownNameError, match=r"mode: it is 'hard'; expected one of coached, standard, exam"
    ):
        home(mode="hard")
    with pytest.raises(UnknownNameError, match="speed: it is 3; expected one of 1, 2, 5, 10, 20, 30, 60"):
        home(speed=3)


def test_without_a_store_it_says_so_once_and_plays_all_the_same(monkeypatch, tmp_path):
    broken = tmp_path / "drills.db"
    broken.write_text("no database at all, " * 100)
    monkeypatch.setenv("SEVDRILL_STORE", str(broken))
    page = home()
    told = words(page.panel)
    assert told.count("Drills are played without being kept. ") == 1
    assert "it is damaged, or no store at all; expected a backup" in told
    assert "No drill is finished yet." in told
    button(page.shelf.widget, "Begin").click()
    room = page.room
    assert room is not None
    assert not isinstance(room.session, StoredSession)
    assert "Drills are played without being kept." in words(room.panel)
    room.start()
    page.back()
    assert "not kept: it is gone when you close this page" in words(page.panel)
    button(page.panel, "Return").click()
    assert page.panel.children == (room.panel,)


def test_a_store_that_comes_back_is_used_again(monkeypatch, tmp_path):
    place = tmp_path / "drills.db"
    place.write_text("no database at all, " * 100)
    monkeypatch.setenv("SEVDRILL_STORE", str(place))
    page = home()
    place.unlink()
    page.refresh()
    assert "without being kept" not in words(page.panel)
    page.open(Wish(scenario=FIRST)).start()
    assert isinstance(page.room.session, StoredSession)


def test_a_store_that_is_lost_as_a_drill_begins_is_said_in_the_room(store, monkeypatch):
    page = home()
    room = page.open(Wish(scenario=FIRST))

    def refuse(*_):
        raise StoreError("the store", "there is no space left for it", "some free space")

    monkeypatch.setattr("simulator.app.desk.begin", refuse)
    assert "without being kept" not in words(room.panel)
    room.start()
    assert room.phase == "running"
    assert "Drills are played without being kept. the store: there is no space" in words(room.panel)


def test_without_keeping_nothing_is_said_and_nothing_kept(store):
    page = home(keep=False)
    assert "without being kept" not in words(page.panel)
    page.open(Wish(scenario=FIRST)).start()
    assert store.drills() == []


def test_a_drill_that_went_away_is_said_on_the_page(store):
    page = home()
    assert page.open(Wish(drill="d-1")) is None
    assert "There is no &#x27;d-1&#x27; here. Expected an id." in words(page.panel)
    assert page.panel.children == (page.page,)


def test_several_people_on_one_server_have_a_history_each(store):
    finished(store, trainee=store.trainee("Ada"))
    assert len(Desk("Ada").view().over) == 1
    assert words(home(trainee="Ada").panel).count("[Open debrief]") == 1
    assert Desk("Ben").view().over == ()
    room = Desk("Ben").open(Wish(scenario=FIRST))
    room.start()
    assert room.session.drill.trainee == store.find_trainee("Ben").id


def test_a_faulty_handler_is_shown_on_the_page(store):
    page = home()

    def fail(wish):
        raise RuntimeError("<b>the disk</b> is full")

    page._desk.open = fail
    button(page.shelf.widget, "Begin").click()
    told = words(page.panel)
    assert "RuntimeError: &lt;b&gt;the disk&lt;/b&gt; is full" in told
    assert "Nothing that was played is lost." in told


def test_text_of_scenarios_changes_nothing_on_the_page(store, monkeypatch):
    evil = SCENARIO.model_copy(update={"title": EVIL, "summary": EVIL, "skills": (EVIL,)})
    monkeypatch.setattr("simulator.app.desk.library", lambda: {FIRST: evil})
    finished(store)
    begin(store, SCENARIO, 3)
    told = words(home().panel)
    assert "<img" not in told
    assert told.count(SAFE) >= 6


def test_a_second_page_in_the_kernel_takes_the_waiting_room_over(store):
    first = home()
    room = first.open(Wish(scenario=FIRST))
    room.start()
    first.back()
    second = home()
    button(second.panel, "Resume").click()
    assert second.room is room, "one drill has one room, for two would write one log"
    assert words(room.panel).count("[All drills]") == 1
    button(room.panel, "All drills").click()
    assert second.panel.children == (second.page,)


def test_it_shows_itself_as_often_as_one_likes(store):
    page = home()
    bundles = [page._repr_mimebundle_() for _ in range(2)]
    assert {bundle["text/plain"] for bundle in bundles} == {"The home page: choose a drill"}
    assert (
        bundles[0]["application/vnd.jupyter.widget-view+json"]
        == bundles[1]["application/vnd.jupyter.widget-view+json"]
    )


def test_a_drill_that_is_played_elsewhere_too_refuses_to_be_spoiled(store):
    session = begin(store, SCENARIO, 3)
    session.advance(100_000)
    page = home()
    button(page.panel, "Resume").click()
    elsewhere = resume(store, session.drill.id)
    elsewhere.advance(101_000)
    elsewhere.decide("acknowledge")
    room = page.room
    room.start()
    room._submit("acknowledge", {})
    assert room.guard.announce.endswith("one program at a time: close the other, then open it again.")
