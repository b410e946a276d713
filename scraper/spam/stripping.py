"""Article -> article without the lines that are not its own, each kept in ``removed``."""

from dataclasses import replace
from functools import cached_property
from itertools import takewhile

from scraper.model import Article, Reason, Rejected, Removal
from scraper.spam.announcing import can_be_heading
from scraper.spam.brands import advertisements, is_advertisement, replaced_by
from scraper.spam.keywords import keyword_head, keyword_tail
from scraper.spam.lists import are_works_or_facts
from scraper.spam.neighbours import kind, stands_in_list
from scraper.spam.place_lines import place_body, place_head
from scraper.spam.place_tail import place_tail
from scraper.spam.queries import query_body, query_tail
from scraper.spam.rules import alone, subject_of
from scraper.spam.rules import lines as rule_lines
from scraper.spam.summaries import repeated_summary
from scraper.spam.titles import cut_title

LONGEST_ANYWHERE = 80
EDGE_LINES = 12
PROSE = 25
SHORTEST_ANNOUNCEMENT = 6
FURNISHED = frozenset({"editors", "contact", "account"})
"""Beside the lines of these rules stand lines of other staff, and telephones."""
SPAM = frozenset(
    {
        *("place-head", "place-body", "place-tail", "keyword-head", "keyword-body", "keyword-tail"),
        *("spider-pool", "brand-advertisement"),
    }
)
_PROSE_MARKS = ("。", "！", "？", "!", "?", "”", "…")
_MOST_ROUNDS = 4


def strip(article: Article) -> Article | Rejected:
    """The article without spam heads and tails, keyword lists, and lines such as 责任编辑 or 相关阅读.

    What is taken out is added to ``removed``. The same object comes back where there is nothing to take out, or where
    it has nothing but lines that patterns name; ``Rejected`` with reason ``spam`` where it is nothing but spam.

    >>> found = strip(Article(title="通知", text="全县秋粮收购今天开始。\\n（责任编辑：王小明）"))
    >>> found.text, [(one.rule, one.where, one.text) for one in found.removed]
    ('全县秋粮收购今天开始。', [('editors', 'tail', '（责任编辑：王小明）')])
    """
    brand = replaced_by(article)
    if brand is not None:
        return _rejected(article, f"words replaced by {brand} throughout")
    text = _Text(article)
    text.match_lines()
    text.match_advertisements()
    for _ in range(_MOST_ROUNDS):
        if not (text.cut_section() or text.cut_places() or text.cut_keywords()):
            break
        text.match_edge("tail")
    if text.cut_above():
        text.match_edge("head")
    text.cut_inside()
    title = text.cut_title()
    if not text.removals:
        return article
    removed = [removal for _, removal in sorted(text.removals, key=lambda pair: pair[0])]
    rest = text.rest()
    if rest:
        return replace(article, title=title, text=rest, removed=article.removed + tuple(removed))
    rules = {removal.rule for removal in removed}
    return _rejected(article, f"nothing but {', '.join(sorted(rules))}") if rules & SPAM else article


def _rejected(article: Article, detail: str) -> Rejected:
    return Rejected(
        url=article.url, reason=Reason.SPAM, detail=detail, fetched=article.fetched, encoding=article.encoding
    )


class _Text:
    """An article's lines while rules and tests take some of them away."""

    def __init__(self, article: Article) -> None:
        self.removals: list[tuple[int, Removal]] = []
        self._title = article.title
        self._whole = article.text.split("\n")
        self._lines: list[str | None] = list(self._whole)
        self._stand: list[tuple[int, str]] | None = None

    def rest(self) -> str:
        """The lines that stand, without the white space that the ones taken away leave at both ends."""
        return "\n".join(line for line in self._lines if line is not None).strip("\n")

    def match_lines(self) -> None:
        """Take out the lines that a pattern names: anywhere, and at both edges of the prose."""
        anywhere = rule_lines("any")
        for number, line in enumerate(self._lines):
            if not line or not _can_be_foreign(line) or (rule := anywhere.rule(line.strip())) is None:
                continue
            if stands_in_list(line.strip(), self._near(number, -1), self._near(number, 1)):
                continue
            if not self._is_of_the_article(number, rule, "any"):
                self._take([number], rule, "body")
        self.match_edge("tail")
        self.match_edge("head")

    def match_advertisements(self) -> None:
        """Take out the lines that advertise a gambling brand, but not from an article that speaks of it."""
        standing = self._standing()
        named = {number: line.strip() for number, line in standing if is_advertisement(line.strip())}
        if not named:
            return
        spam = advertisements(list(named.values()), "\n".join(line for number, line in standing if number not in named))
        for number, line in named.items():
            if line in spam and not self._near(number, -1).endswith((":", "：")):
                self._take([number], "brand-advertisement", "body")

    def match_edge(self, where: str) -> None:
        """Take out the lines that a pattern names before the first or after the last paragraph of prose."""
        rules = rule_lines("edge", where)
        left = EDGE_LINES
        standing = self._standing()
        for number, line in standing if where == "head" else reversed(standing):
            if (rule := rules.rule(line.strip())) and not self._is_own(number, rule, where):
                self._take([number], rule, where)
            elif left == 0 or _is_prose(line):
                break
            else:
                left -= 1
        self._match_beside(where)

    def _is_own(self, number: int, rule: str, where: str) -> bool:
        """Whether a line that a rule names at an edge belongs to the article all the same: to a list of its own, or to
        several of a kind. The facts that end an article may stand right above lines that do not belong to it.
        """
        line, above, below = self._whole[number].strip(), self._near(number, -1), self._near(number, 1)
        if stands_in_list(line, below) or ((where == "head" or kind(line) != "fact") and stands_in_list(line, above)):
            return True
        return self._is_of_the_article(number, rule, "edge", where)

    def _is_of_the_article(self, number: int, rule: str, *scopes: str) -> bool:
        """Whether the article speaks of the rule's subject, announces the line, or has several of what comes alone."""
        if self._speaks_of_subject(rule) or self._is_announced(number):
            return True
        named = rule_lines(*scopes).rule
        return rule in alone() and sum(named(other.strip()) == rule for other in self._whole) > 1

    def _is_announced(self, number: int) -> bool:
        """Whether words of the article with a colon stand above the line and others that rules name: a single one may
        stand below a label that the site left empty.
        """
        lines = [line for line in map(str.strip, self._whole[:number]) if line]
        above = list(takewhile(_named, reversed(lines)))
        label = lines[-1 - len(above)] if len(above) < len(lines) else ""
        if label[-1:] not in (":", "：") or len(label) < SHORTEST_ANNOUNCEMENT or not can_be_heading(label):
            return False
        return bool(above) or _named(self._near(number, 1))

    def _speaks_of_subject(self, rule: str) -> bool:
        """Whether the title or a sentence speaks of what makes the lines of a rule the article's own."""
        subject = subject_of(rule)
        return subject is not None and any(map(subject.search, self._said))

    @cached_property
    def _said(self) -> list[str]:
        """The title and the sentences that no rule names."""
        sentences = (line.strip() for line in self._whole if line.rstrip().endswith(_PROSE_MARKS))
        return [self._title or "", *(line for line in sentences if not _named(line))]

    def _near(self, number: int, step: int) -> str:
        """The next line of the article as it was that is not blank, above or below; empty where there is none."""
        near = number + step
        while 0 <= near < len(self._whole) and not self._whole[near].strip():
            near += step
        return self._whole[near].strip() if 0 <= near < len(self._whole) else ""

    def _match_beside(self, where: str) -> None:
        """Take out the lines of other staff and the telephones that stand with those of editors and contacts."""
        rules = rule_lines("beside")
        taken = {number for number, removal in self.removals if removal.rule in FURNISHED}
        for number in sorted(taken):
            for step in (-1, 1):
                near = number + step
                while 0 <= near < len(self._lines) and near not in taken:
                    if line := (self._lines[near] or "").strip():
                        if (rule := rules.rule(line)) is None:
                            break
                        self._take([near], rule, where)
                    near += step

    def cut_section(self) -> bool:
        """Take out a heading such as 相关阅读 with all that follows it, but not prose, books or facts."""
        headings, cuts = rule_lines("section"), rule_lines("cut").pattern
        standing = self._standing()
        for position in range(len(standing) - 1, -1, -1):
            line = standing[position][1]
            if _is_prose(line) or line.rstrip().endswith("。"):
                break
            match = cuts.search(line)
            rule = "spider-pool" if match else len(line) <= LONGEST_ANYWHERE and headings.rule(line.strip())
            if rule and not match and self._speaks_of_subject(rule):
                continue
            if rule and (match or not are_works_or_facts([text for _, text in standing[position + 1 :]])):
                numbers = [number for number, _ in standing[position:]]
                return self._take(numbers, rule, "tail", match.start() if match else 0)
        return False

    def cut_places(self) -> bool:
        """Take out a tail of place names."""
        standing = self._standing()
        cut = place_tail([line for _, line in standing], self._title)
        if cut is None:
            return False
        return self._take([number for number, _ in standing[cut.line : cut.last + 1]], "place-tail", "tail", cut.start)

    def cut_keywords(self) -> bool:
        """Take out a list of search phrases at the end."""
        standing = self._standing()
        lines = [line.strip() for _, line in standing]
        found = keyword_tail(lines, self._title)
        if found is None:
            found = query_tail(lines, self._title)
            if found is None or self._speaks_of_subject("keyword-tail"):
                return False
        return self._take([number for number, _ in standing[found[0] :]], "keyword-tail", "tail", found[1])

    def cut_inside(self) -> None:
        """Take out lists of places and of search phrases between the paragraphs."""
        standing = self._standing()
        for listed in place_body([line for _, line in standing], self._title):
            self._take([standing[line][0] for line in listed], "place-body", "body")
        standing = self._standing()
        for line in query_body([line for _, line in standing], self._title):
            self._take([standing[line][0]], "keyword-body", "body")

    def cut_above(self) -> bool:
        """Take out repeated summaries, keyword titles and lists of places at the beginning."""
        standing = self._standing()
        if not standing:
            return False
        lines = [line for _, line in standing]
        if count := repeated_summary(lines):
            return self._take([number for number, _ in standing[:count]], "repeated-summary", "head")
        if count := place_head(lines, self._title):
            return self._take([number for number, _ in standing[:count]], "place-head", "head")
        line, end = keyword_head(lines)
        return self._take([number for number, _ in standing[: line + (end > 0)]], "keyword-head", "head", 0, end)

    def cut_title(self) -> str | None:
        """What is left of the title without what is foreign to the lines that stand."""
        title = self._title
        if title is None or (cut := cut_title(title, self.rest())) is None:
            return title
        start, end, rule = cut
        text = f"{title[:start]} {title[end:]}".strip()
        self.removals.append((-1, Removal(rule=rule, where="title", text=text)))
        return title[start:end] or None

    def _standing(self) -> list[tuple[int, str]]:
        """The lines that stand and are not blank, with their numbers."""
        if self._stand is None:
            self._stand = [(number, line) for number, line in enumerate(self._lines) if line and not line.isspace()]
        return self._stand

    def _take(self, numbers: list[int], rule: str, where: str, start: int = 0, end: int = 0) -> bool:
        """Take out lines as one removal: the first from ``start`` on, the last up to ``end``; False for no lines."""
        if not numbers:
            return False
        self._stand = None
        taken = [self._lines[number] or "" for number in numbers]
        before, after = taken[0][:start].rstrip(), taken[-1][end:] if end else ""
        taken[-1] = taken[-1][: end or None]
        taken[0] = taken[0][start:]
        for number in numbers:
            self._lines[number] = None
        if before or after:
            self._lines[numbers[0]] = before + after
        text = "\n".join(line.strip() for line in taken)
        self.removals.append((numbers[0], Removal(rule=rule, where=where, text=text)))
        return True


def _can_be_foreign(line: str) -> bool:
    """Whether a line may be foreign to the text wherever it stands: it is short, and no paragraph."""
    return len(line) <= LONGEST_ANYWHERE and not _is_prose(line)


def _named(line: str) -> bool:
    return rule_lines("any", "edge", "head", "tail").rule(line) is not None


def _is_prose(line: str) -> bool:
    return len(line) >= PROSE and line.rstrip().endswith(_PROSE_MARKS)
