"""Two readings of the lines: the first tells which are each work's newest, the second brings those that are wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.export.lines import Line, Lines
from archive.export.newest import GONE, TAKEN_DOWN, Newest
from archive.export.rights import forbidding
from archive.export.selection import Selection, Vocabulary


@dataclass(slots=True)
class Tally:
    """What was read, taken and left out."""

    lines: int = 0
    """Read."""
    taken: int = 0
    older: int = 0
    """Left out because the work has a newer version."""
    gone: int = 0
    """Works left out because they are gone."""
    taken_down: int = 0
    """Works left out because `briefs takedown` removed them."""
    unfit: Counter[str] = field(default_factory=Counter)
    """Left out by an option, by its name."""
    forbidden: int = 0
    """Left out because of the rights at capture."""
    signals: Counter[str] = field(default_factory=Counter)
    """What kept them out; one line may have several."""


@dataclass(slots=True)
class Survey:
    """Chooses lines; `begin` comes first."""

    lines: Lines
    selection: Selection
    newest: Newest
    tally: Tally = field(default_factory=Tally)

    def begin(self) -> None:
        """Read and check every line; raise CollectionError for one that is none, ExportError for an option in vain."""
        vocabulary = Vocabulary(self.selection)
        self.newest.note(self._noted(vocabulary))
        vocabulary.check()
        if not self.selection.all_versions:
            works = self.newest.counts()
            self.tally.gone, self.tally.taken_down = works[GONE], works[TAKEN_DOWN]
            self.tally.older = self._in_time - works.total()

    @property
    def _in_time(self) -> int:
        return self.tally.lines - self.tally.unfit["--captured"]

    def wanted(self) -> Iterator[Line]:
        """Yield the lines that are wanted, in the order of the file."""
        for line in self._candidates():
            unfit = self.selection.lacks(line.brief)
            signals = [] if unfit else list(forbidding(line.brief["rights"], self.selection.rights))
            if unfit:
                self.tally.unfit[unfit] += 1
            elif signals:
                self.tally.forbidden += 1
                self.tally.signals.update(f"{signal.field} {signal.value}: {signal.meaning}" for signal in signals)
            else:
                self.tally.taken += 1
                yield line

    def _candidates(self) -> Iterator[Line]:
        if not self.selection.all_versions:
            return self.lines.numbered(self.newest.living())
        everything = iter(range(1, self.tally.lines + 1))
        return (line for line in self.lines.numbered(everything) if self.selection.was_captured_in_time(line.brief))

    def _noted(self, vocabulary: Vocabulary) -> Iterator[tuple[str, int, str]]:
        for line in self.lines.checked():
            self.tally.lines += 1
            if self.selection.was_captured_in_time(line.brief):
                vocabulary.add(line.brief)
                yield line.brief["id"], line.number, line.brief["change"]
            else:
                self.tally.unfit["--captured"] += 1
