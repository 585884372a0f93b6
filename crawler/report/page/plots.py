"""Small plots as SVG: they need no script, and say in words what they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

_WIDTH, _HEIGHT = 640, 140
_GAP = 0.25
"""Share of a column that stays empty."""


def columns(caption: str, names: Sequence[str], layers: Mapping[str, Sequence[float]]) -> Markup:
    """Return stacked columns, one a name; each layer has a value for each name, and is a class of the style sheet."""
    totals = [sum(values[at] for values in layers.values()) for at in range(len(names))]
    most = max(totals, default=0) or 1
    width = _WIDTH / max(1, len(names))
    bars: list[Markup] = []
    for at, name in enumerate(names):
        top = float(_HEIGHT)
        for layer, values in layers.items():
            height = values[at] / most * _HEIGHT
            top -= height
            if height:
                words = f"{name}: {values[at]:g} {layer}"
                bars.append(_bar(layer, at * width + width * _GAP / 2, top, width * (1 - _GAP), height, words))
    return Markup(
        '<svg class="columns" role="img" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-label="{}">{}</svg>'
    ).format(_WIDTH, _HEIGHT, f"{caption}; the highest is {most:g}", Markup("").join(bars))


def sparkline(caption: str, shares: Sequence[float | None]) -> Markup:
    """Return a line of shares from 0 to 1 over the runs; runs without one are left out."""
    points = [(at, share) for at, share in enumerate(shares) if share is not None]
    if len(points) < 2:
        return Markup("")
    last = max(1, len(shares) - 1)
    path = " ".join(f"{2 + at / last * 116:.1f},{22 - share * 20:.1f}" for at, share in points)
    words = f"{caption}: {', '.join(f'{share:.0%}' for _, share in points)}"
    return Markup(
        '<svg class="spark" role="img" viewBox="0 0 120 24" aria-label="{}"><polyline points="{}"/></svg>'
    ).format(words, path)


def _bar(layer: str, *numbers_and_words: float | str) -> Markup:
    x, y, width, height, words = numbers_and_words
    return Markup(
        '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>'
    ).format(layer, x, y, width, height, words)
