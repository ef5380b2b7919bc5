"""What is behind the home page: the library, the trainee's store, and rooms that end in a debrief."""

import secrets
from collections.abc import Callable, Mapping
from functools import cached_property

from simulator.app.homepage import Wish
from simulator.app.homeview import HomeView, home_view, kept_by
from simulator.app.rooms import open_room, room_of
from simulator.conduct import Mode
from simulator.room.room import Room
from simulator.scenario.load import library, load
from simulator.scenario.model import Scenario
from simulator.session import Session
from simulator.store import Store, StoredSession, StoreError, Trainee, begin, open_store, resume

NOT_KEPT = "Drills are played without being kept"
GUIDED_SPEED = 5
"""The fastest that a tutorial begins with: its guide wants to be read."""


class Desk:
    """Drills from the library, kept in the trainee's store; without a store they are played all the same.

    Args:
        trainee: a name, for a page that several people use; whoever is logged in, if left out.
        keep: False plays without a store.
    """

    def __init__(self, trainee: str | None = None, *, keep: bool = True) -> None:
        self.problem = ""
        """Why drills are not kept; empty if they are."""
        self.lost: Callable[[], None] = lambda: None
        """Called when the store cannot be used any more: `problem` has changed."""
        self._trainee, self._keep = trainee, keep
        self._store: Store | None = None

    @cached_property
    def _library(self) -> Mapping[str, Scenario]:
        """Read once: reading takes longer than all the rest of the page."""
        return library()

    def view(self) -> HomeView:
        """What to show now."""
        every = self._library
        store = self._opened()
        try:
            return home_view(every, kept_by(store, self._me(store), every) if store else [])
        except StoreError as fault:
            self._lose(fault)
            return home_view(every, [])

    def open(self, wish: Wish) -> Room:
        """A control room for a new drill, one under way, or one that is over.

        Raises:
            InputError: there is no such drill, or it cannot be played on here.
        """
        if wish.drill:
            return room_of(wish.drill) or open_room(self._stored(wish.drill), wish.speed)
        new = Session(self._library.get(wish.scenario) or load(wish.scenario), secrets.randbelow(2**31))
        speed = min(wish.speed, GUIDED_SPEED) if new.scenario.guide else wish.speed
        return open_room(new, speed, mode=wish.mode, begin=lambda mode: self._begun(new, mode))

    def _begun(self, new: Session, mode: Mode) -> Session:
        """The drill as it is kept from its start; the new one itself where nothing can be kept."""
        store = self._opened()
        if store is None:
            return new
        try:
            return begin(store, new.scenario, new.seed, self._me(store), mode)
        except StoreError as fault:
            self._lose(fault)
            return new

    def _stored(self, drill: str) -> Session:
        store = self._opened()
        if store is None:
            raise StoreError("drill", self.problem, "a store that can be used")
        found = store.drill(drill)
        if not found.finished:
            return resume(store, drill)
        return StoredSession(store, found, store.scenario(found), store.decisions(found))

    def _me(self, store: Store) -> Trainee:
        return store.me() if self._trainee is None else store.trainee(self._trainee)

    def _opened(self) -> Store | None:
        """The store; opened anew each time until it can be, for what was wrong may have been mended."""
        if self._keep and self._store is None:
            try:
                self._store, self.problem = open_store(), ""
            except StoreError as fault:
                self._lose(fault)
        return self._store

    def _lose(self, fault: StoreError) -> None:
        self._store = None
        self.problem = f"{NOT_KEPT}. {fault}."
        self.lost()
