"""The help on the command line: the contents, one page, or what may have been meant."""

from collections.abc import Sequence
from shutil import get_terminal_size
from textwrap import fill

from nnstudio.arguments import UsageError
from nnstudio.help.book import Book, book
from nnstudio.help.page import Page
from nnstudio.help.plain import as_plain_text, plain_words
from nnstudio.printed import print_json

NARROWEST, WIDEST = 40, 100


def tell_page(words: Sequence[str], as_json: bool) -> int:
    """Print the page that these words name, or the contents where there are none; gives back that all is well."""
    page = page_named(" ".join(words)) if words else None
    if as_json:
        print_json(_whole(page) if page is not None else {"pages": [_named(each) for each in book().pages.values()]})
    else:
        print(in_lines(page, width()) if page is not None else contents(book()))
    return 0


def page_named(topic: str) -> Page:
    """The page of a topic, or an error that says which ones may have been meant."""
    page = book().find(topic)
    if page is not None:
        return page
    near = ", ".join(page.topic for page in book().near(topic))
    meant = f" Did you mean: {near}?" if near else " `nnstudio help` lists all pages."
    raise UsageError(f"There is no help page called '{topic[:60]}'.{meant}")


def in_lines(page: Page, columns: int) -> str:
    """A page with its title, for a terminal of that width."""
    title = plain_words(page.title)
    return f"{title}\n{'=' * len(title)}\n\n{as_plain_text(page.text, columns)}"


def contents(whole: Book) -> str:
    """All topics, chapter by chapter."""
    lines = ["`nnstudio help TOPIC` explains one of these. A title will do, too: nnstudio help learning rate", ""]
    for chapter in whole.chapters:
        names = [topic.partition("/")[2] for topic in chapter.pages if "/" in topic]
        lines += [f"{chapter.title}: {chapter.name}{'/...' if names else ''}"]
        if names:
            lines += [fill(", ".join(names), width(), initial_indent="  ", subsequent_indent="  ",
                           break_on_hyphens=False)]  # fmt: skip
    return "\n".join(lines)


def width() -> int:
    """How wide lines are: as the terminal is, within what is read with ease."""
    return min(max(get_terminal_size().columns, NARROWEST), WIDEST)


def _whole(page: Page) -> dict[str, str]:
    return {**_named(page), "text": page.text}


def _named(page: Page) -> dict[str, str]:
    return {"topic": page.topic, "title": page.title, "about": page.about}
