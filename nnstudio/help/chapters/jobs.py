"""The jobs of the command line, made of its own parsers: what each does, what it can be told, and an example."""

from argparse import Action, ArgumentParser, _SubParsersAction
from collections import defaultdict
from collections.abc import Iterator

from nnstudio.arguments import EXAMPLE, Job, parser_of
from nnstudio.help.markdown import code, paragraphs, plain_text, section, table
from nnstudio.help.overview import overview
from nnstudio.help.page import Page

ABOUT = "The jobs that nnstudio does without a window."
CODES = (
    "Every job takes `--json`: standard output is then one JSON object and nothing else. Exit codes: 0 done; 1 the "
    "model or the data has a problem, or training diverged; 2 wrong usage; 130 interrupted, with the work so far saved."
)


def pages(chapter: str, title: str) -> Iterator[Page]:
    """A page for every job."""
    found = [_page(chapter, name, parser) for name, parser in parsers()]
    yield from overview(chapter, title, ABOUT, {"": found}, CODES)


def parsers() -> Iterator[tuple[str, ArgumentParser]]:
    """Every job's words, such as data get, and its parser."""
    does: defaultdict[str, Job] = defaultdict(lambda: _nothing)
    yield from _jobs_of(parser_of(does), "")


def _nothing(given: object) -> int:
    return 0


def _jobs_of(parser: ArgumentParser, before: str) -> Iterator[tuple[str, ArgumentParser]]:
    # A parser tells nobody of its jobs and arguments but by these attributes.
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            for name, each in action.choices.items():
                inner = list(_jobs_of(each, f"{before}{name} "))
                yield from inner or [(f"{before}{name}", each)]


def _page(chapter: str, name: str, parser: ArgumentParser) -> Page:
    about = parser.description or ""
    return Page(
        f"{chapter}/{name.replace(' ', '-')}", f"nnstudio {name}", about, lambda: _text(name, parser),
        f"{name} {' '.join(option for action in parser._actions for option in action.option_strings)}",
    )  # fmt: skip


def _text(name: str, parser: ArgumentParser) -> str:
    arguments = [action for action in parser._actions if "--help" not in action.option_strings]
    given = [action for action in arguments if not action.option_strings]
    words = " ".join((f"nnstudio {name}", *(_named(action) for action in given), "[OPTIONS]"))
    rows = [(f"`{_named(action)}`", plain_text(action.help or "")) for action in arguments]
    example = (parser.epilog or "").removeprefix(EXAMPLE)
    options = section("What it can be told", table(("Option", "What it is"), rows))
    return paragraphs(
        parser.description or "", code(words, "sh"), options,
        section("Example", code(f"nnstudio {example}", "sh")),
    )  # fmt: skip


def _named(action: Action) -> str:
    """An option with what stands behind it: -o, --output FILE.nns."""
    names = ", ".join(action.option_strings)
    value = "" if action.nargs == 0 else str(action.metavar or "|".join(map(str, action.choices or ())))
    repeated = "..." if action.nargs in ("+", "*") else ""
    return " ".join(filter(None, (names, value + repeated)))
