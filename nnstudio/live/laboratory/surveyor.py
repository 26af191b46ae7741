"""The surveyor: follows the lanes' paths, and finds the error over a plane between their batches."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from time import perf_counter

import numpy as np

from nnstudio.core.errors import StudioError
from nnstudio.experiments.charts import Chart, chart_of_chance, chart_of_paths, chart_of_two
from nnstudio.experiments.ground import cost_of, guessed_bottom, soundings
from nnstudio.experiments.lanes import Lane
from nnstudio.experiments.paths import Path, Way
from nnstudio.experiments.planes import OF_CHANCE, Ground, OfChance, OfThePath, OfTwoWeights
from nnstudio.experiments.spans import ROOM, Spans, spans_around
from nnstudio.layers.shapes import Array
from nnstudio.live.laboratory.commands import Survey
from nnstudio.live.laboratory.messages import LanePath, Located, NoGround, Surveyed
from nnstudio.live.mailbox import Mailbox
from nnstudio.training.bench import Bench

SHARE = 0.25  # Of the time while lanes march.
TELL_EVERY, SELDOM = 1 / 20, 0.2  # Seconds between two reports of the paths; of long ones.
LONG, TOLD = 2000, 4000  # Places of a path; of more, every second, third, … is told.
AGAIN = 0.5  # Seconds until the ground is looked at again because other weights have moved.
ROWS, NUMBERS = 600, 10_000_000  # Of the weights that the principal directions are found from.
GROWN = 2  # A path is so many times as long as before: other directions may be better.
TINY = 1e-6
WILD = 4.0  # Where the loss is so many times the first one, a lane is diverging: it need not be seen to the end.


class Surveyor:
    """Costs nothing until there was a survey. `note` after each batch, `work` between them."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._run = 0
        self._lanes: dict[int, Lane] = {}
        self._paths: dict[int, Path] = {}
        self._order: Survey | None = None
        self._bench: Bench | None = None
        self._chart: Chart | None = None
        self._kept = False  # Whether the chart stays, since lanes were laid at a place on it.
        self._spans: Spans | None = None
        self._sounding: Iterator[Ground | None] | None = None
        self._fitted = 0  # The steps of the paths that the chart was made from.
        self._looked = self._told = self._telling = 0.0
        self._new: set[int] = set()
        self._moved = False  # Whether the ground may be another since it was looked at.

    @property
    def following(self) -> bool:
        """Whether it wants to know of each batch."""
        return self._order is not None and bool(self._lanes)

    @property
    def busy(self) -> bool:
        """Whether there is something to look at."""
        return self._sounding is not None or (self._moved and self.following)

    def lay(self, run: int, lanes: Mapping[int, Lane]) -> None:
        """Follow other lanes. The plane stays, if their weights have places on it."""
        shapes = self._bench and self._bench.parameters.shapes()
        self._run, self._lanes, self._bench, self._sounding = run, dict(lanes), None, None
        self._kept = bool(lanes) and shapes == self._first.session.parameters.shapes() and self._fits
        if not self._kept:
            self._chart, self._spans = None, None
        elif self._chart is not None:
            # It was made from other paths.
            self._chart = replace(self._chart, explained=None)
        self._begin()

    def survey(self, order: Survey) -> None:
        """Look at a plane, from now on."""
        followed = self.following
        same = self._order is not None and self._order.plane == order.plane and not order.anew
        self._order, self._spans, self._sounding = order, None, None
        if not same:
            self._chart, self._kept = None, False
        if followed:
            self._draw()
        else:
            self._begin()

    def note(self, lane: Lane) -> None:
        """A lane has done a batch, or stands elsewhere."""
        if not self.following:
            return
        losses = lane.session.history.losses
        loss = losses[-1] if len(losses) else 0.0
        self._paths[lane.number].note(lane.steps, lane.session.parameters.vector, loss)
        self._new.add(lane.number)
        self._moved = True

    def note_all(self) -> None:
        """All lanes stand elsewhere."""
        for lane in self._lanes.values():
            self.note(lane)

    def drop(self, number: int) -> None:
        """Be without a lane."""
        self._lanes.pop(number, None)
        self._paths.pop(number, None)

    def locate(self, place: tuple[float, float]) -> None:
        """Tell which weights a place stands for."""
        if self._chart is not None and self._lanes:
            parameters = self._made_bench().parameters
            self._chart.write(place, parameters.vector)
            weights = {name: array.copy() for name, array in parameters.named().items()}
            self._mailbox.put(Located(self._run, place, weights))

    def work(self, seconds: float, marching: bool) -> None:
        """Go on looking for a while; while lanes march, only for a share of the time that they have."""
        if not self.following:
            return
        try:
            began = perf_counter()
            self._review(began, marching)
            end = began + (seconds * SHARE if marching else seconds)
            while self._sounding is not None and perf_counter() < end:
                self._sound(self._sounding)
            self.tell(forced=not marching)
        except Exception:
            # Told once, by who asked, and not again and again.
            self._order = self._sounding = None
            raise

    def tell(self, forced: bool = False) -> None:
        """Tell the paths that have grown."""
        if self._chart is None or not self._new:
            return
        began, long = perf_counter(), any(path.step > LONG for path in self._paths.values())
        if not forced and began - self._told < max(SELDOM if long else TELL_EVERY, self._telling / SHARE):
            return
        for number in sorted(self._new & self._paths.keys()):
            way = _told(self._paths[number].way(), self._paths[number].wild)
            cost = cost_of(self._made_bench(), self._lanes[number].session.parameters.vector)
            self._mailbox.put(LanePath(self._run, number, way.steps, way.places, cost))
        self._new.clear()
        self._told = perf_counter()
        self._telling = self._told - began

    @property
    def _fits(self) -> bool:
        """Whether there is a chart that is worth keeping."""
        stand_in = self._order is not None and isinstance(self._order.plane, OfThePath)
        return self._chart is not None and not (stand_in and self._chart.names == OF_CHANCE)

    def _begin(self) -> None:
        """Follow the lanes from where they are."""
        if self.following:
            first = cost_of(self._made_bench(), self._first.session.parameters.vector)
            self._paths = {number: Path(wild=WILD * max(first, TINY)) for number in self._lanes}
            self.note_all()
            self._draw()

    def _draw(self) -> None:
        """A chart, and the ground on it; or why there is none."""
        try:
            if self._chart is None:
                self._take_chart(self._made_chart())
            else:
                self._follow(self._chart)
        except StudioError as error:
            self._order = None
            self._mailbox.put(NoGround(self._run, str(error)))

    @property
    def _first(self) -> Lane:
        """The lane whose other weights the plane goes through."""
        return self._lanes[min(self._lanes)]

    def _made_chart(self) -> Chart:
        assert self._order is not None
        parameters, plane = self._first.session.parameters, self._order.plane
        if isinstance(plane, OfTwoWeights):
            return chart_of_two(parameters, plane)
        if isinstance(plane, OfChance):
            return chart_of_chance(parameters, plane.seed)
        # Before there is a path, any directions will do.
        return self._chart_of_paths() or chart_of_chance(parameters, 0)

    def _chart_of_paths(self) -> Chart | None:
        learned = self._first.session.parameters.layout.learned
        most = max(8, min(ROWS, NUMBERS // max(learned, 1)) // len(self._paths))
        rows = [path.weights(most, learned) for path in self._paths.values()]
        self._fitted = self._furthest
        return chart_of_paths(self._first.session.parameters, rows, self._chart)

    @property
    def _furthest(self) -> int:
        return max(path.step for path in self._paths.values())

    def _take_chart(self, chart: Chart) -> None:
        self._chart, self._spans = chart, None
        self._follow(chart)

    def _follow(self, chart: Chart) -> None:
        for path in self._paths.values():
            path.follow(chart)
        self._new = set(self._paths)
        self._look()

    def _review(self, now: float, marching: bool) -> None:
        """See whether another plane, another part of it, or another look is wanted."""
        chart = self._chart
        if chart is None or self._order is None:
            return
        if isinstance(self._order.plane, OfThePath) and not self._kept:
            grown = self._furthest >= max(GROWN * self._fitted, 4) or (not marching and self._furthest > self._fitted)
            if grown and (found := self._chart_of_paths()) is not None:
                self._take_chart(found)
                return
        if self._spans is not None and self._wanted_spans(chart, self._order) != self._spans:
            self._look()
        elif self._sounding is None:
            if chart.numbers is not None and (not marching or now - self._looked > AGAIN):
                self._heed_others(chart)
            self._moved = marching or self._sounding is not None

    def _heed_others(self, chart: Chart) -> None:
        """The plane of two weights goes through all others as they are now."""
        now = self._first.session.parameters.vector.copy()
        now[list(chart.numbers or ())] = 0
        if not np.array_equal(now, chart.origin, equal_nan=True):
            self._chart = replace(chart, origin=now)
            self._look(quietly=True)

    def _look(self, quietly: bool = False) -> None:
        """Find the ground anew; quietly: only what is finest is told, since there is a picture already."""
        assert self._chart is not None
        assert self._order is not None
        self._spans = self._wanted_spans(self._chart, self._order)
        found = soundings(self._made_bench(), self._order.plane, self._chart, self._spans, self._order.counts)
        self._sounding = (each for each in found if each is None or each.finest) if quietly else found

    def _wanted_spans(self, chart: Chart, order: Survey) -> Spans:
        places = np.concatenate([path.corners for path in self._paths.values()])
        if self._kept and self._spans is not None:
            # What was looked at before stays in sight.
            inner = [(end + begin) / 2 + (end - begin) / ROOM * np.array([-0.5, 0.5]) for begin, end in self._spans]
            places = np.concatenate([places, np.transpose(inner)])
        shape = (order.counts[0] - 1) / (order.counts[1] - 1)
        if chart.numbers is None:
            chance = chart.names == OF_CHANCE
            return spans_around(places, shape, 2.0 if chance else 0.0, False, self._spans)
        if self._spans is None and self._furthest == 0:
            places = np.concatenate([places, self._bottom(chart, places)])
        alone = not np.ptp(places, axis=0).any()
        least = max(1.0, 2 * float(np.abs(places[0]).max())) if alone else 0.0
        return spans_around(places, shape, least, True, self._spans)

    def _bottom(self, chart: Chart, places: Array) -> Array:
        """Around a beginning: where the valley's bottom may be, in the middle of what is seen."""
        start = float(places[0, 0]), float(places[0, 1])
        found = guessed_bottom(self._made_bench(), chart, start, max(1.0, *map(abs, start)))
        return np.empty((0, 2)) if found is None else 2 * np.array([found]) - np.array([start])

    def _sound(self, sounding: Iterator[Ground | None]) -> None:
        found = next(sounding, None)
        if found is None:
            return
        self._mailbox.put(Surveyed(self._run, found))
        if found.finest:
            self._sounding, self._looked = None, perf_counter()

    def _made_bench(self) -> Bench:
        if self._bench is None:
            self._bench = Bench(self._first.session)
        return self._bench


def _told(way: Way, wild: float) -> Way:
    """Not too many places: the first, the last, and some between. Of a lane that diverges its way out, and no more."""
    tame = np.flatnonzero(way.losses <= wild)
    count = min(int(tame[-1]) + 2, len(way.steps)) if len(tame) else len(way.steps)
    step = -(-count // TOLD)
    chosen = np.append(np.arange(0, count - 1, step), count - 1) if count else np.arange(0)
    return Way(way.steps[chosen], way.places[chosen], way.losses[chosen])
