"""Steps: applied, and two layers of them joined into one that speaks of the first layer's input."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scraper.model import Step

SEPARATOR = " + "


def replay(text: str, steps: Iterable[Step]) -> str:
    """``text`` with the steps applied, which must be ordered and free of overlap.

    Raises ValueError where a step does not fit: ``text`` is not the one that the steps were made for.

    >>> replay("AB?D", [Step(channel="demo", start=2, end=3, before="?", after="C")])
    'ABCD'
    """
    parts, done = [], 0
    for step in steps:
        if step.start < done or text[step.start : step.end] != step.before:
            raise ValueError(f"step at {step.start} expects {step.before!r}, found {text[step.start : step.end]!r}")
        parts += [text[done : step.start], step.after]
        done = step.end
    return "".join([*parts, text[done:]])


def compose(first: Sequence[Step], second: Sequence[Step], between: str) -> list[Step]:
    """One layer of steps that does what ``first`` and then ``second`` do; ``between`` is the text after ``first``.

    A step stays as it is where no step of the other layer touches it; those that touch become one.
    """
    if not first or not second:
        return [*first, *second]
    joined, shift = [], 0
    for undo, redo in _touching(_inverse(first), second):
        group = [*undo, *redo]
        start, end = min(step.start for step in group), max(step.end for step in group)
        inside = between[start:end]
        before = replay(inside, moved(undo, -start))
        joined.append(
            Step(
                channel=SEPARATOR.join(dict.fromkeys(SEPARATOR.join(step.channel for step in group).split(SEPARATOR))),
                start=start - shift,
                end=start - shift + len(before),
                before=before,
                after=replay(inside, moved(redo, -start)),
                gain=sum(step.gain for step in group),
                guessed=any(step.guessed for step in group),
            )
        )
        shift += len(inside) - len(before)
    return joined


def moved(steps: Iterable[Step], by: int) -> list[Step]:
    """The steps, ``by`` characters further on."""
    return [replace(step, start=step.start + by, end=step.end + by) for step in steps]


def _inverse(steps: Iterable[Step]) -> list[Step]:
    undo, shift = [], 0
    for step in steps:
        start = step.start + shift
        undo.append(replace(step, start=start, end=start + len(step.after), before=step.after, after=step.before))
        shift += len(step.after) - len(step.before)
    return undo


def _touching(undo: Sequence[Step], redo: Sequence[Step]) -> Iterator[tuple[list[Step], list[Step]]]:
    """The steps of both layers in groups: two that overlap, or that meet and are of different layers, share one."""
    spans = sorted((step.start, step.end, layer, at) for layer in (0, 1) for at, step in enumerate((undo, redo)[layer]))
    group: tuple[list[Step], list[Step]] = ([], [])
    reach, last = -1, 0
    for start, end, layer, at in spans:
        if start > reach or (start == reach and layer == last):
            if any(group):
                yield group
            group, reach = ([], []), end
        group[layer].append((undo, redo)[layer][at])
        reach, last = max(reach, end), layer
    if any(group):
        yield group
