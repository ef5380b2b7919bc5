"""The control room's own widgets, without a browser: what travels to the page, and the bundles themselves."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
import traitlets

from simulator.room.chart import LiveChart
from simulator.room.chartdata import MARK_KINDS, SLICES, TOKENS, Curve, PlotSpec, averaged, nice_top, thin
from simulator.room.grid import ChartGrid
from simulator.room.guard import RoomGuard
from simulator.room.picks import Picks

CHART = [
    *(f"src/{name}" for name in ("chart.js", "plot.js", "table.js", "parts.js", "chart.css")),
    "package-lock.json",
]
ROOM = Path(__file__).parent.parent / "simulator" / "room"
SERIES = [{"label": "failed", "token": "alarm"}, {"label": "all", "token": "muted"}]


@pytest.fixture
def chart() -> LiveChart:
    return LiveChart(title="Users affected", unit="users", series=SERIES, starts=14 * 3600)


def test_show_writes_the_whole_payload(chart: LiveChart) -> None:
    chart.show([0, 1], [[0, 40], [100, None]], [{"t": 1, "label": "rollback", "kind": "decision"}], (0, 600))
    assert chart.payload == {
        "seq": 1,
        "t": [0.0, 1.0],
        "y": [[0.0, 40.0], [100.0, None]],
        "marks": [{"t": 1.0, "label": "rollback", "kind": "decision"}],
        "starts": 14 * 3600,
        "window": [0.0, 600.0],
        "top": 150.0,
    }


def test_equal_data_is_sent_again(chart: LiveChart) -> None:
    seen: list[int] = []
    chart.observe(lambda change: seen.append(change["new"]["seq"]), "payload")
    for _ in range(3):
        chart.show([0], [[1], [2]], [], (0, 60))
    assert seen == [1, 2, 3]


@pytest.mark.parametrize(
    ("t", "y", "marks", "window", "message"),
    [
        ([0, 1], [[1, 2]], [], (0, 60), r"y: expected one list per series \(2: failed, all\), got 1"),
        ([0, 1], [[1, 2], [1]], [], (0, 60), r"y\[1\] \(all\): expected 2 values, one per time, got 1"),
        ([1, 0], [[1, 2], [1, 2]], [], (0, 60), r"t\[1\]: times never decrease, but 0.0 follows 1.0"),
        ([float("nan")], [[1], [1]], [], (0, 60), r"t\[0\]: expected a finite number"),
        (
            [0],
            [[float("inf")], [1]],
            [],
            (0, 60),
            r"y\[0\]\[0\] \(failed\): expected a number >= 0 or None, got inf",
        ),
        ([0], [[1], [-1]], [], (0, 60), r"y\[1\]\[0\] \(all\): expected a number >= 0 or None, got -1"),
        ([0], [[1], [1]], [], (60, 60), r"window: expected a first second before the last"),
        ([0], [[1], [1]], [{"t": 0}], (0, 60), r"marks\[0\]: expected the keys t, label and kind, got t"),
        (
            [0],
            [[1], [1]],
            [{"t": 0, "label": "", "kind": "chnge"}],
            (0, 60),
            r"marks\[0\]\.kind: unknown 'chnge'; expected one of .*; did you mean 'change'\?",
        ),
        (
            [0],
            [[1], [1]],
            [{"t": float("inf"), "label": "", "kind": "alert"}],
            (0, 60),
            r"marks\[0\]\.t: expected",
        ),
    ],
)
def test_data_that_does_not_fit_is_refused(chart, t, y, marks, window, message) -> None:  # type: ignore[no-untyped-def]
    before = chart.payload
    with pytest.raises(ValueError, match=message):
        chart.show(t, y, marks, window)
    assert chart.payload is before


def test_the_axis_never_shrinks_until_cleared(chart: LiveChart) -> None:
    tops = []
    for peak in (0, 9, 30, 4000, 5):
        chart.show([0], [[peak], [0]], [], (0, 60))
        tops.append(chart.payload["top"])
    assert tops == [10, 10, 40, 5000, 5000]
    chart.show([], [[], []], [], (0, 60))
    assert chart.payload["top"] == 10
    chart.show([0], [[5], [0]], [], (0, 60))
    assert chart.payload["top"] == 10


@pytest.mark.parametrize(
    ("peak", "least", "top"),
    [(0, 10, 10), (0, 1, 1), (0.02, 0.01, 0.03), (95, 10, 100), (96, 10, 150), (1.9e6, 10, 2e6), (0, 7, 8)],
)
def test_the_axis_ends_on_a_nice_number(peak: float, least: float, top: float) -> None:
    assert nice_top(peak, least) == pytest.approx(top)


def test_a_short_series_is_not_thinned() -> None:
    n = 2 * SLICES
    assert thin(range(n), [[0.0] * n]) == list(range(n))


def test_thinning_keeps_peaks_gaps_and_ends() -> None:
    n = 20_000
    column: list[float | None] = [float(i % 7) for i in range(n)]
    column[12_345] = 999.0
    column[6_000] = None
    keep = thin(range(n), [column])
    assert len(keep) <= 2 * (SLICES + 1) + 3
    assert {0, 6_000, 12_345, n - 1} <= set(keep)
    assert keep == sorted(set(keep))


def test_values_travel_short(chart: LiveChart) -> None:
    chart.show([1 / 3], [[2 / 3], [None]], [], (0, 60))
    assert (chart.payload["t"], chart.payload["y"]) == ([0.333], [[0.67], [None]])


def test_a_growing_series_keeps_what_was_drawn() -> None:
    column = [float((i * 7919) % 101) for i in range(4000)]
    shorter, longer = thin(range(3000), [column[:3000]]), thin(range(3100), [column[:3100]])
    assert longer[: len(shorter) - 4] == shorter[:-4]


def test_thinning_accepts_equal_times() -> None:
    assert thin([0.0] * 2000, [[float(i) for i in range(2000)]]) == [0, 1999]


def test_averages_stand_in_slices_and_the_last_sample_stays_as_it_is() -> None:
    t = [0.0, 5.0, 10.0, 15.0, 20.0, 25.0]
    y: list[list[float | None]] = [[1, 3, None, None, 4, 9], [0, 0, 2, None, None, None]]
    assert averaged(t, y, 10) == ([2.5, 12.5, 20.0, 25.0], [[2.0, None, 4.0, 9], [0.0, 2.0, None, None]])
    assert averaged([-60.0, 0.0], [[1, 2]], 30) == ([-60.0, 0.0], [[1.0, 2]])
    assert averaged([], [[]], 30) == ([], [[]])


def test_averages_of_a_growing_series_keep_what_was_drawn() -> None:
    t = [5.0 * n for n in range(100)]
    y = [[float((n * 7919) % 101) for n in range(100)]]
    shorter, longer = averaged(t[:80], [y[0][:80]], 30), averaged(t, y, 30)
    assert longer[0][:13] == shorter[0][:13]
    assert longer[1][0][:13] == shorter[1][0][:13]


# -- several charts in one ---------------------------------------------------------------------------------

SPECS = (
    PlotSpec("Errors", "%", ({"label": "errors", "token": "alarm"},), decimals=1, ceiling=105.0),
    PlotSpec(
        "Work",
        "%",
        ({"label": "busy", "token": "warn"},),
        asides=({"label": "queue", "unit": "", "decimals": 0},),
    ),
)


def curves(errors: float, queue: float) -> list[Curve]:
    return [
        Curve([[0.0, errors]], [(0.0, 0.1)], "usual 0 %", floor=5.0),
        Curve([[10.0, None], [0.0, queue]], [None], floor=100.0),
    ]


def test_a_grid_sends_one_payload_for_all_its_charts() -> None:
    grid = ChartGrid(SPECS, starts=14 * 3600)
    mark = {"t": 5, "label": "deploy", "kind": "change"}
    grid.show("Orders", [0, 5.04], curves(12.3456, 1204), [mark], (-900, 900), "no data since 14:00")
    assert grid.title == "Orders"
    assert grid.payload == {
        "seq": 1,
        "t": [0.0, 5.0],
        "marks": [{"t": 5.0, "label": "deploy", "kind": "change"}],
        "starts": 14 * 3600,
        "window": [-900.0, 900.0],
        "gap": "no data since 14:00",
        "plots": [
            {
                "y": [[0.0, 12.35]],
                "bands": [[0.0, 0.1]],
                "note": "usual 0 %",
                "top": 15.0,
            },
            {
                "y": [[10.0, None], [0.0, 1204.0]],  # an aside does not stretch the axis
                "bands": [None],
                "note": "",
                "top": 100.0,
            },
        ],
    }


def test_the_axes_of_a_grid_only_grow_until_it_is_about_something_else() -> None:
    grid = ChartGrid(SPECS, starts=0)

    def top(title: str, errors: float) -> float:
        grid.show(title, [0, 5], curves(errors, 0), [], (0, 60))
        return float(grid.payload["plots"][0]["top"])

    assert [top("a", errors) for errors in (0, 100, 3)] == [5, 105, 105]
    assert top("b", 3) == 5


def test_a_grid_that_is_fed_nonsense_stays_as_it_was() -> None:
    grid = ChartGrid(SPECS, starts=0)
    grid.show("a", [0, 5], curves(1, 0), [], (0, 60))
    before = grid.payload
    with pytest.raises(ValueError, match=r"y\[0\] \(errors\): expected 1 values"):
        grid.show("b", [0], curves(1, 0), [], (0, 60))
    with pytest.raises(ValueError, match=r"window: expected a first second before the last"):
        grid.show("b", [0, 5], curves(1, 0), [], (60, 60))
    with pytest.raises(ValueError, match=r"argument 2 is shorter"):
        grid.show("b", [0, 5], curves(1, 0)[:1], [], (0, 60))
    assert (grid.payload, grid.title) == (before, "a")
    with pytest.raises(ValueError, match="expected seconds since midnight"):
        ChartGrid(SPECS, starts=-1)


def test_options_to_pick_from_have_an_id_and_a_title() -> None:
    for wrong in ({"id": "a"}, {"title": "A"}, {"id": "a", "title": "A", "tone": "red"}):
        with pytest.raises(traitlets.TraitError, match=r"options\[0\]: expected id, title"):
            Picks(options=[wrong])
    assert Picks(options=[{"id": "a", "title": "A", "tone": "warn"}], chosen="a").chosen == "a"


def test_unknown_series_are_refused() -> None:
    with pytest.raises(
        traitlets.TraitError, match=r"series\[0\]\.token: unknown 'alram'.*did you mean 'alarm'"
    ):
        LiveChart(series=[{"label": "x", "token": "alram"}])
    with pytest.raises(traitlets.TraitError, match=r"series\[0\]: expected the keys label and token"):
        LiveChart(series=[{"label": "x"}])
    with pytest.raises(traitlets.TraitError, match="floor: expected a number above 0"):
        LiveChart(floor=0)


def test_guard_defaults_and_shortcuts() -> None:
    guard = RoomGuard(shortcuts={"a": "Acknowledge", "?": "Help"})
    assert (guard.beat, guard.heard, guard.announce) == (0, 0, "")
    assert guard.shortcuts == {"a": "Acknowledge", "?": "Help"}
    for wrong in ("", "ab", " ", "\n"):
        with pytest.raises(traitlets.TraitError, match="expected one visible character"):
            guard.shortcuts = {wrong: "x"}


def test_what_the_page_needs_is_synced() -> None:
    for widget, wanted in (
        (LiveChart(), {"title", "unit", "decimals", "series", "payload"}),
        (ChartGrid(SPECS, starts=0), {"title", "plots", "payload"}),
        (Picks(), {"label", "options", "chosen"}),
        (RoomGuard(), {"beat", "heard", "announce", "shortcuts"}),
    ):
        assert wanted <= set(widget.get_state())


@pytest.mark.checkout
@pytest.mark.parametrize(
    ("name", "limit", "sources"),
    [
        ("chart.js", 80_000, CHART),
        ("chart.css", 10_000, CHART),
        ("picks.js", 4_000, ["src/picks.js", "src/picks.css"]),
        ("picks.css", 3_000, ["src/picks.js", "src/picks.css"]),
        ("download.js", 2_000, ["src/download.js", "src/download.css"]),
        ("download.css", 1_000, ["src/download.js", "src/download.css"]),
        ("guard.js", 8_000, ["src/guard.js", "src/guard.css"]),
        ("guard.css", 4_000, ["src/guard.js", "src/guard.css"]),
        ("pointer.js", 4_000, ["src/pointer.js"]),
    ],
)
def test_bundles_are_small_current_and_keep_to_themselves(name: str, limit: int, sources: list[str]) -> None:
    text = (ROOM / "static" / name).read_text(encoding="utf-8")
    banner, _, code = text.partition("*/")
    assert len(text.encode()) < limit
    assert code.count("\n") < 30, "the bundle is not minified"
    digest = sha256("".join((ROOM / "js" / part).read_text(encoding="utf-8") for part in sources).encode())
    assert f"sources {digest.hexdigest()}" in banner, "stale bundle: run `npm run build` in simulator/room/js"
    # The SVG name space is a name, not an address that anything loads.
    assert not set(re.findall(r"https?://[^\s\"'`)]+", text)) - {"http://www.w3.org/2000/svg"}
    if name.startswith("chart"):
        assert "uPlot" in banner
        assert "The MIT License (MIT)" in banner
        assert "Leon Sorokin" in banner
        assert "THE SOFTWARE IS PROVIDED" in banner


@pytest.mark.checkout
def test_build_files_name_no_registry() -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        text = (ROOM / "js" / name).read_text(encoding="utf-8")
        assert not re.search(r"https?://|registry\.|\"resolved\"", text), name
    assert "omit-lockfile-registry-resolved=true" in (ROOM / "js" / ".npmrc").read_text(encoding="utf-8")


@pytest.mark.checkout
def test_the_page_never_builds_html_from_data() -> None:
    sources = (
        "chart.js",
        "plot.js",
        "table.js",
        "parts.js",
        "picks.js",
        "download.js",
        "guard.js",
        "pointer.js",
    )
    for name in sources:
        source = (ROOM / "js" / "src" / name).read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", source)


@pytest.mark.checkout
@pytest.mark.parametrize("name", TOKENS)
def test_every_token_has_a_pattern_and_a_readable_colour_in_both_themes(name: str) -> None:
    script = (ROOM / "js" / "src" / "parts.js").read_text(encoding="utf-8")
    style = (ROOM / "js" / "src" / "chart.css").read_text(encoding="utf-8")
    assert re.search(rf"DASHES = .*\b{name}: \[", script)
    light, dark = re.findall(rf"--sd-{name}: (#[0-9a-f]{{6}});", style)
    assert f'{name}: "{light}"' in script, "the colour used before the stylesheet is there"
    # JupyterLab's backgrounds; 4.5 : 1 is WCAG AA for text.
    assert all(contrast(light, paper) >= 4.5 for paper in ("#ffffff", "#f5f5f5"))
    assert all(contrast(dark, paper) >= 4.5 for paper in ("#000000", "#111111", "#212121"))


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two colours `#rrggbb`."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.checkout
@pytest.mark.parametrize("kind", MARK_KINDS)
def test_every_kind_of_mark_has_a_glyph(kind: str) -> None:
    script = (ROOM / "js" / "src" / "parts.js").read_text(encoding="utf-8")
    assert re.search(rf"^  {kind}: {{ token: .*path: ", script, re.MULTILINE)


def test_no_rule_of_the_room_looks_for_what_an_element_contains() -> None:
    """`:has()` there made every change of the room's elements cost the page 5 ms instead of 1."""
    outside = (".jp-", "#rendered_cells")
    dear = [
        line
        for sheet in sorted((ROOM / "static").glob("*.css"))
        for line in sheet.read_text(encoding="utf-8").splitlines()
        if ":has(" in line and not line.startswith(outside)
    ]
    assert dear == []
