"""Damaged text, repaired: bytes that were read with the wrong ruler are written back and read with the right one.

Damage comes in layers (UTF-8 read as windows-1252, and that once more). One layer is undone at a time: each channel
whose signs the scan has seen judges the whole text, the repair that the language model likes best wins, and the next
layer is looked for in the result. The steps of all layers are joined, so that they always speak of the text given.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from scraper import language_model
from scraper.model import Damage, Document, Repaired, Step
from scraper.mojibake.channels import channels_for
from scraper.mojibake.layers import compose, moved, replay
from scraper.mojibake.remains import MOST_LEFT, remains
from scraper.mojibake.scan import is_lost, scan

__all__ = ["repair", "repair_document", "replay"]

MOST_LAYERS = 6


def repair(text: str) -> Repaired:
    """``text`` with its damage undone, the steps that did it, and how far to trust them. Clean text stays as it is.

    For one text of one origin. The parts of a page belong into ``repair_document``, which judges them together.

    >>> repair("è®°è€…ä»Žä¼šä¸Šäº†è§£åˆ°").text
    '记者从会上了解到'
    >>> repair("Café Müller").damage
    'none'
    """
    steps, damage = _repair_parts([text], text)
    if not steps:
        return Repaired(text=text, damage=damage)
    return Repaired(text=replay(text, steps[0]), steps=tuple(steps[0]), damage=damage)


def repair_document(document: Document) -> tuple[Document, Repaired]:
    """The document with every block, metadata value and reference repaired; the same object where there is no damage.

    Damage is judged over all of them together, since a title alone is too short to tell, and each is then repaired by
    itself. ``text`` and the offsets of the ``steps`` are those of all parts joined by newlines.
    """
    parts = [block.text for block in document.blocks]
    parts += [value for _, value in document.metadata]
    parts += [reference.text for reference in document.references]
    whole = "\n".join(parts)
    steps, damage = _repair_parts(parts, whole)
    if not steps:
        return document, Repaired(text=whole, damage=damage)
    texts = iter([replay(part, own) for part, own in zip(parts, steps, strict=True)])
    repaired = replace(
        document,
        blocks=tuple(replace(block, text=next(texts), apart=None) for block in document.blocks),
        metadata=tuple((name, next(texts)) for name, _ in document.metadata),
        references=tuple(replace(reference, text=next(texts)) for reference in document.references),
    )
    joined = tuple(_rebase(parts, steps))
    return repaired, Repaired(text=replay(whole, joined), steps=joined, damage=damage)


def _repair_parts(parts: Sequence[str], whole: str) -> tuple[list[list[Step]], Damage]:
    """The steps for each of ``parts``, which are the lines of ``whole``; an empty list where there are none at all."""
    steps = _best_layer(parts, whole)
    if not steps:
        return [], "lost" if is_lost(whole) else "none"
    for _ in range(MOST_LAYERS - 1):
        texts = [replay(part, own) for part, own in zip(parts, steps, strict=True)]
        layer = _best_layer(texts, "\n".join(texts))
        if not layer:
            break
        steps = [compose(old, new, text) for old, new, text in zip(steps, layer, texts, strict=True)]
    left = remains(parts, steps)
    if left > MOST_LEFT:
        return [], "lost"
    return steps, "guessed" if left or any(step.guessed for own in steps for step in own) else "repaired"


def _best_layer(texts: Sequence[str], whole: str) -> list[list[Step]]:
    """The steps for each text, of the channel whose result is likeliest; an empty list where none finds damage."""
    signs = scan(whole)
    if not signs:
        return []
    repairs = [found for channel in channels_for(signs) if (found := channel.judge(whole))]
    layers = [layer for mend in repairs if _gain(layer := [mend(text) for text in texts]) > 0]
    if len(layers) < 2:
        return layers[0] if layers else []
    cost = language_model.load().costs
    return min(layers, key=lambda layer: sum(cost(replay(*pair)).sum() for pair in zip(texts, layer, strict=True)))


def _gain(layer: Iterable[Iterable[Step]]) -> float:
    return sum(step.gain for steps in layer for step in steps)


def _rebase(parts: Iterable[str], steps: Iterable[Iterable[Step]]) -> Iterable[Step]:
    start = 0
    for part, own in zip(parts, steps, strict=True):
        yield from moved(own, start)
        start += len(part) + 1
