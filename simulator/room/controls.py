"""The drill's own controls: its phase, pause and resume, speed, end."""

from collections.abc import Callable

import ipywidgets as W  # noqa: N812

from simulator.room.markup import el
from simulator.room.pacing import SPEEDS
from simulator.room.posting import Post

PAUSE_KEY = "p"
_PHASES = {"ready": "Ready", "running": "Running", "paused": "Paused", "ended": "Ended"}


class Controls:
    """Phase, pause, speed and end.

    Args:
        speed: drill seconds per second at first.
        toggle: called on the loop by Pause and Resume.
        faster: called on the loop with the speed that was chosen.
        end: called on the loop by End drill.
        post: how handlers reach the loop.
    """

    def __init__(
        self,
        speed: int,
        *,
        toggle: Callable[[], None],
        faster: Callable[[int], None],
        end: Callable[[], None],
        post: Post,
    ) -> None:
        self._phase = W.HTML()
        self.pause = W.Button(description="Pause", tooltip=f"Stop the clock. Key: {PAUSE_KEY}")
        self.pause.add_class(f"key-{PAUSE_KEY}")
        self.pause.add_class("sevdrill-pause")
        self.speed = W.Dropdown(
            options=[(f"{n}×", n) for n in SPEEDS],
            value=speed,
            description="Speed",
            tooltip="How fast drill time passes",
        )
        self.speed.add_class("sevdrill-speed")
        self.end = W.Button(
            description="End drill", tooltip="Stop playing. The rest of the time passes without you."
        )
        self.end.add_class("sevdrill-end")
        self.pause.on_click(post.handler(toggle))
        self.speed.observe(post.handler(lambda: faster(int(self.speed.value))), "value")
        self.end.on_click(post.handler(end))
        self.widget = W.HBox([self._phase, self.pause, self.speed, self.end])
        self.widget.add_class("sevdrill-controls")

    def show(self, phase: str, speed: int, note: str = "") -> None:
        """Follow the phase; `note` says why the drill stands."""
        self._phase.value = el(
            "span", "sevdrill-phase", _PHASES[phase], data_phase=phase, title=note or None, data_speed=speed
        )
        self.pause.description = "Resume" if phase == "paused" else "Pause"
        self.speed.value = speed
