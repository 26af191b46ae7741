"""What the rates panel says of its laboratory, in one line."""

from nnstudio.experiments.regimes import Band, Outcome, usable_band
from nnstudio.live.laboratory.messages import Measured
from nnstudio.live.laboratory.records import LaneRecord, RangeRecord
from nnstudio.ui.laboratory import Laboratory
from nnstudio.ui.panels.rates_curves import final_loss
from nnstudio.ui.panels.rates_fields import shown_rate, tr
from nnstudio.ui.panels.rates_finals import Final
from nnstudio.ui.panels.rates_stability import Limit


def progress_of(laboratory: Laboratory, smoothing: float) -> str:
    """Where the lanes stand, and how many blew up."""
    lanes = list(laboratory.lanes.values())
    step = max((lane.step for lane in lanes), default=0)
    whole = max((lane.laid.steps_per_epoch * lane.laid.epochs for lane in lanes if lane.laid), default=0)
    if not step:
        return tr("Making the lanes ready …") if laboratory.going else ""
    said = [tr("Step {} of {}").format(f"{step:,}", f"{whole:,}") if whole else tr("Step {}").format(f"{step:,}")]
    blown = [lane for lane in lanes if lane.blown_up(final_loss(lane, smoothing)) is not None]
    if blown:
        said.append(tr("{} of {} lanes blew up").format(len(blown), len(lanes)))
    if climbed := sorted(lane.rate for lane in lanes if lane.climbed and lane not in blown):
        said.append(tr("climbed at first: {}").format(", ".join(map(shown_rate, climbed))))
    failures = {lane.failure for lane in lanes if lane.failure}
    if laboratory.over:
        said.append(tr("all are over"))
    elif not laboratory.going:
        said.append(tr("paused"))
    return " · ".join([*said, *sorted(failures)])


def finals_of(lanes: list[LaneRecord], smoothing: float) -> list[Final]:
    """What every lane has come to so far, by its rate."""
    found = []
    for lane in lanes:
        loss = final_loss(lane, smoothing)
        found.append(Final(lane.number, lane.rate, loss, lane.blown_up(loss)))
    return sorted(found, key=lambda each: each.rate)


def band_of(finals: list[Final], first_loss: float | None) -> Band | None:
    """The usable rates so far."""
    if first_loss is None:
        return None
    known = [each for each in finals if each.loss is not None or each.blown_up is not None]
    return usable_band(
        [Outcome(each.rate, each.loss if each.blown_up is None else None) for each in known], first_loss
    )


def limit_of(measured: Measured | None) -> Limit | None:
    """The stability line of a measurement; None where there is none."""
    if measured is None or measured.curvature.limit is None:
        return None
    return Limit(measured.curvature.limit, measured.step)


def lane_words(lane: LaneRecord, smoothing: float) -> str:
    """What the chosen lane came to."""
    name = tr("Rate {}").format(shown_rate(lane.rate))
    if lane.failure:
        return f"{name}: {lane.failure}"
    loss = final_loss(lane, smoothing)
    if (step := lane.blown_up(loss)) is not None:
        return tr("{}: blew up at step {}").format(name, f"{step:,}")
    if loss is None:
        return name
    words = tr("{}: loss {} after {} steps").format(name, f"{loss:.4g}", f"{len(lane.losses):,}")
    accuracy = lane.epochs[-1].watched_accuracy if lane.epochs else None
    return words if accuracy is None else tr("{} · {} right").format(words, f"{accuracy:.1%}")


def range_words(record: RangeRecord | None) -> str:
    """What the range test came to."""
    if record is None:
        return ""
    if record.failure:
        return record.failure
    if record.stopped:
        return tr("Stopped after {} batches").format(f"{len(record.rates):,}")
    if record.done is None:
        rate = shown_rate(record.rates[-1]) if record.rates else "…"
        return tr("The rate rises: {} after {} batches").format(rate, f"{len(record.rates):,}")
    if record.advice is None:
        return tr("The losses do not clearly fall, so they suggest no rate: {}.").format(record.done.why.rstrip("."))
    return record.advice.reason
