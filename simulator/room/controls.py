"""The drill's own controls: its phase, pause, skip, rewind, speed, sound, keys, end."""

from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets as W  # noqa: N812

from simulator.room import keys
from simulator.room.boxes import row
from simulator.room.markup import Markup, el, icon
from simulator.room.pacing import SPEEDS
from simulator.room.posting import Post

_SOUND = {
    False: "Sound is off. Turn on a short tone for a page and for an overdue update.",
    True: "Sound is on. A short tone tells of a page and of an overdue update.",
}
WAITS = "Clock waits"
_PHASES = {"ready": "Ready", "running": "Running", "paused": "Paused", "ended": "Ended"}


@dataclass(frozen=True, slots=True)
class Acts:
    """What the controls do, each called on the loop."""

    toggle: Callable[[], None]
    skip: Callable[[], None]
    rewind: Callable[[], None]
    set_speed: Callable[[int], None]
    set_sound: Callable[[bool], None]
    show_keys: Callable[[], None]
    end: Callable[[], None]


class Controls:
    """Phase and buttons.

    Args:
        speed: drill seconds per second at first.
        acts: what the controls do.
        post: how handlers reach the loop.
    """

    def __init__(self, speed: int, acts: Acts, post: Post) -> None:
        self._phase = W.HTML()
        self.pause = _button("Pause", "Stop the clock.", keys.PAUSE)
        self.skip = _button(
            "Skip",
            "To the next event: time passes until you see something new, 5 minutes at most.",
            keys.SKIP,
        )
        self.rewind = _button("Rewind", "Go back to a moment, and on from there as a branch.", keys.REWIND)
        self.slower = _button("", "Slower.", keys.SLOWER, sign="minus")
        self.faster = _button("", "Faster.", keys.FASTER, sign="plus")
        self.faster.add_class(f"key-{keys.PLUS_UNSHIFTED}")
        self.speed = W.Dropdown(
            options=[(f"{n}×", n) for n in SPEEDS],
            value=speed,
            description="Speed",
            tooltip="How fast drill time passes",
        )
        self.speed.add_class("sevdrill-speed")
        self.sound = _button("", _SOUND[False], keys.SOUND, sign="volume-off")
        self._sounds = False
        self.keys = _button("", "Keys. Everything in the room has one.", keys.HELP, sign="keyboard")
        self.end = _button("End drill", "Stop playing. The rest of the time passes without you.", keys.END)
        for sign in (self.slower, self.faster, self.sound, self.keys):
            sign.add_class("sevdrill-sign")
        self._connect(acts, post)
        pace = row("sevdrill-pace", self.slower, self.speed, self.faster)
        buttons = (self.pause, self.skip, self.rewind, pace, self.sound, self.keys, self.end)
        self.widget = row("sevdrill-controls", self._phase, *buttons)

    def _connect(self, acts: Acts, post: Post) -> None:
        for button, act in (
            (self.pause, acts.toggle),
            (self.skip, acts.skip),
            (self.rewind, acts.rewind),
            (self.sound, lambda: acts.set_sound(not self._sounds)),
            (self.keys, acts.show_keys),
            (self.end, acts.end),
            (self.slower, lambda: acts.set_speed(_next_speed(int(self.speed.value), -1))),
            (self.faster, lambda: acts.set_speed(_next_speed(int(self.speed.value), +1))),
        ):
            button.on_click(post.handler(act))
        self.speed.observe(post.handler(lambda: acts.set_speed(int(self.speed.value))), "value")

    def show(self, phase: str, speed: int, note: str = "", branch: str = "", *, waits: bool = False) -> None:
        """Follow the phase.

        Args:
            phase: `ready`, `running`, `paused` or `ended`.
            speed: drill seconds per second.
            waits: whether the clock waits for the trainee, though the drill runs.
            note: why the drill stands.
            branch: the clock where this drill branched from another; empty if it did not.
        """
        state = el(
            "span",
            "sevdrill-phase" + " sevdrill-waits" * waits,
            WAITS if waits else _PHASES[phase],
            data_phase=phase,
            title=note or None,
            data_speed=speed,
        )
        self._phase.value = el("span", "", *([_branch(branch)] if branch else []), state)
        self.pause.description = "Resume" if phase == "paused" else "Pause"
        self.speed.value = speed

    def show_sound(self, *, on: bool) -> None:
        """Show whether the room makes sounds."""
        self._sounds = on
        self.sound.icon = "volume-up" if on else "volume-off"
        self.sound.tooltip = keys.tip(_SOUND[on], keys.SOUND)

    def offer_rewind(self, *, possible: bool) -> None:
        """Show Rewind only where there is something to go back to."""
        self.rewind.layout.display = None if possible else "none"


def _button(title: str, told: str, key: str, sign: str = "") -> W.Button:
    button = W.Button(description=title, tooltip=keys.tip(told, key), icon=sign)
    keys.mark(button, key)
    return button


def _branch(clock: str) -> Markup:
    return el("span", "sevdrill-branch", icon("branch"), f"Branch from {clock}")


def _next_speed(speed: int, by: int) -> int:
    """The next speed that is offered; the same one at either end."""
    return SPEEDS[min(max(SPEEDS.index(speed) + by, 0), len(SPEEDS) - 1)]
