"""Plots as SVG, drawn by hand: their text is the page's own, in its fonts, and colours come from its style sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from markupsafe import Markup

from eval.metrics import Bin, Estimate

# As wide as the page shows two plots beside each other, and not so wide that a telephone makes them unreadable.
_WIDTH, _LABEL, _VALUE, _ROW = 440, 88, 76, 30
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_SIDE = 300


def _svg(width: float, height: float, title: str, parts: Iterable[str]) -> Markup:
    # The parts are made of numbers and of labels that `_text` has escaped.
    head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(round(width), round(height), title)
    return head + Markup("".join(parts)) + Markup("</svg>")


def _text(x: float, y: float, label: object, anchor: str = "start", kind: str = "") -> str:
    return Markup('<text x="{}" y="{}" text-anchor="{}" class="{}">{}</text>').format(
        round(x, 1), round(y, 1), anchor, kind, str(label)
    )


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _across(share: float) -> float:
    return _LABEL + share * (_WIDTH - _LABEL - _VALUE)


def whiskers(title: str, rows: Mapping[str, Sequence[Estimate]], top: float = 1.0, form: str = "{:.0%}") -> Markup:
    """Draw a dot with its interval for each estimate: a row a label, the first series in front.

    Args:
        title: Read by those who do not see it.
        rows: The estimates by label.
        top: The right end of the axis.
        form: How its ticks and the values are written.
    """
    height = _ROW * len(rows) + 28
    parts = [_line(_across(t), 4, _across(t), height - 24, "grid") for t in _TICKS]
    parts += [_text(_across(t), height - 8, form.format(t * top), "middle", "tick") for t in _TICKS]
    for number, (label, estimates) in enumerate(rows.items()):
        middle = _ROW * number + 4 + _ROW / 2
        parts.append(_text(_LABEL - 12, middle + 4, label, "end"))
        for series, e in reversed(list(enumerate(estimates))):
            if e.count:
                y = middle + (series - (len(estimates) - 1) / 2) * 9
                parts.append(_line(_across(e.low / top), y, _across(e.high / top), y, f"whisker s{series}"))
                parts.append(f'<circle cx="{_across(e.mean / top):.1f}" cy="{y:.1f}" r="4.5" class="dot s{series}"/>')
        if estimates and estimates[0].count:
            parts.append(_text(_WIDTH - _VALUE + 14, middle + 4, form.format(estimates[0].mean), "start", "value"))
            parts.append(_text(_WIDTH, middle + 4, estimates[0].count, "end", "tick"))
    return _svg(_WIDTH, height, title, parts)


def stacks(title: str, rows: Mapping[str, Sequence[int]]) -> Markup:
    """Draw a bar of shares a row, its parts in the order given, each with its count where it fits."""
    height = _ROW * len(rows) + 8
    parts = []
    for number, (label, counts) in enumerate(rows.items()):
        top, start, total = _ROW * number + 8, 0.0, sum(counts)
        parts.append(_text(_LABEL - 12, top + 15, label, "end"))
        parts.append(_text(_WIDTH, top + 15, total, "end", "tick"))
        for series, count in enumerate(counts):
            if count:
                x, width = _across(start), _across(start + count / total) - _across(start)
                parts.append(
                    f'<rect x="{x:.1f}" y="{top}" width="{max(1, width - 1.5):.1f}" height="20" class="p{series}"/>'
                )
                if width > 18:
                    parts.append(_text(x + width / 2, top + 14.5, count, "middle", "inside"))
                start += count / total
    return _svg(_WIDTH, height, title, parts)


def _square(x_label: str, y_label: str, x_ticks: Mapping[float, str]) -> list[str]:
    """Return the frame of a square plot with shares upward."""
    parts = [_line(44, _up(t), 44 + _SIDE, _up(t), "grid") for t in _TICKS]
    parts += [_text(38, _up(t) + 4, f"{t:.0%}", "end", "tick") for t in _TICKS]
    parts += [_text(44 + x * _SIDE, _up(0) + 18, label, "middle", "tick") for x, label in x_ticks.items()]
    return [*parts, _text(44 + _SIDE / 2, _up(0) + 40, x_label, "middle"), _text(2, 14, y_label)]


def _up(share: float) -> float:
    return 28 + (1 - share) * (_SIDE * 0.72)


def _path(points: Iterable[tuple[float, float]], kind: str) -> str:
    steps = " ".join(f"{44 + x * _SIDE:.1f},{_up(y):.1f}" for x, y in points)
    return f'<polyline points="{steps}" class="curve {kind}"/>'


def calibration_plot(title: str, bins: Sequence[Bin], x_label: str, y_label: str) -> Markup:
    """Draw the share of right answers against their confidence; the area of a dot is the number of answers."""
    parts = _square(x_label, y_label, {t: f"{t:.0%}" for t in _TICKS})
    parts.append(_line(44, _up(0), 44 + _SIDE, _up(1), "ideal"))
    largest = max((b.count for b in bins), default=1)
    parts.append(_path([(b.confidence, b.right) for b in bins], "s0"))
    for b in bins:
        x, y, radius = 44 + b.confidence * _SIDE, _up(b.right), 3 + 9 * (b.count / largest) ** 0.5
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" class="bubble"/>')
    return _svg(_SIDE + 60, _up(0) + 50, title, parts)


def coverage_plot(
    title: str, confidences: Sequence[float], right: Sequence[bool], x_label: str, y_label: str
) -> Markup:
    """Draw the share of right answers among the most confident ones, against the share of questions these are."""
    order = np.argsort(-np.asarray(confidences), kind="stable")
    hits = np.cumsum(np.asarray(right, dtype=float)[order])
    count = np.arange(1, len(order) + 1)
    # The first few answers swing between 0 and 1 and say nothing.
    points = [(n / len(order), hit / n) for n, hit in zip(count, hits, strict=True) if n >= min(10, len(order))]
    parts = _square(x_label, y_label, {t: f"{t:.0%}" for t in _TICKS})
    return _svg(_SIDE + 60, _up(0) + 50, title, [*parts, _path(points, "s0")])


def latency_plot(title: str, series: Mapping[str, Sequence[float]], x_label: str, y_label: str) -> Markup:
    """Draw the share of questions done within a time, up to the 99th percentile; dots at the median and the 95th."""
    top = max((float(np.percentile(values, 99)) for values in series.values() if values), default=1.0)
    step = 10 ** np.floor(np.log10(top)) / 2
    while top / step > 5:
        step *= 2
    ticks = {float(x / top): f"{x:g}" for x in np.arange(0, top, step)}
    parts = _square(x_label, y_label, ticks)
    for number, values in enumerate(series.values()):
        if values:
            shares = np.linspace(0, 1, 101)
            times = np.minimum(np.percentile(values, 100 * shares), top) / top
            parts.append(_path(zip(times.tolist(), shares.tolist(), strict=True), f"s{number}"))
            for share in (0.5, 0.95):
                x = 44 + min(1.0, float(np.percentile(values, 100 * share)) / top) * _SIDE
                parts.append(f'<circle cx="{x:.1f}" cy="{_up(share):.1f}" r="4" class="dot s{number}"/>')
    return _svg(_SIDE + 60, _up(0) + 50, title, parts)
