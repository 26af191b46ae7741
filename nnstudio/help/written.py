"""Pages that were written by hand: a Markdown file is a title, one sentence about it, and the text."""

from nnstudio.core.resources import resource


def written(topic: str) -> tuple[str, str, str]:
    """Title, sentence and text of a page in `resources/help`."""
    return parted(resource("help", *f"{topic}.md".split("/")).read_text("utf-8"))


def parted(page: str) -> tuple[str, str, str]:
    """Title, sentence and text of a whole page."""
    title, _, rest = page.partition("\n\n")
    about, _, text = rest.partition("\n\n")
    return title.removeprefix("# ").strip(), about.strip(), text.strip()
