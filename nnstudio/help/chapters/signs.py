"""The signs that the doctor looks for: what each is, why it is bad, what helps, and how to see it."""

from collections.abc import Iterator

from nnstudio.doctor.base import Severity, Sign, signs
from nnstudio.help.kinds import kind_page
from nnstudio.help.markdown import link, section
from nnstudio.help.overview import overview
from nnstudio.help.page import Page

ABOUT = "What the doctor looks for in a training, and what helps."
SEVERITIES = {
    Severity.FATAL: "Nothing is learned.",
    Severity.SERIOUS: "The network learns badly.",
    Severity.HINT: "Worth knowing.",
}


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every sign, the worst first."""
    kinds = sorted(signs().kinds().values(), key=lambda kind: -kind.severity)
    found = [kind_page(chapter, kind, _why, _remedies, _example, _follows, words="doctor diagnosis") for kind in kinds]
    yield from overview(chapter, title, ABOUT, {"": found})


def _why(kind: type[Sign], topic: str) -> str:
    reasons = [*([kind.explanation] if kind.explanation else []), *kind.others]
    return section("Why it is bad", SEVERITIES[kind.severity], *reasons)


def _remedies(kind: type[Sign], topic: str) -> str:
    named = "\n".join(f"- {remedy[:1].upper()}{remedy[1:]}" for remedy in kind.remedies)
    return section("What the doctor offers", named)


def _example(kind: type[Sign], topic: str) -> str:
    return section("Example", kind.example)


def _follows(kind: type[Sign], topic: str) -> str:
    others = [link(signs().find(each).title, f"signs/{each}", topic) for each in kind.follows]
    if not others:
        return ""
    why = f"It may be a mere consequence of these, so it is not told beside them: {', '.join(others)}."
    return section("What goes before it", why)
