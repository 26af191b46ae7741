"""What the settings say of the folder with data sets."""

import os
from pathlib import Path

from nnstudio.core.files import shown
from nnstudio.core.wording import listed
from nnstudio.data.fetched import Fetched
from nnstudio.data.home import FOR_ONE_CALL, home_of_this_call
from nnstudio.ui.actions import tr

MOST_NAMED = 4
MB = 1e6


def lying_in(found: Fetched) -> str:
    """Where data sets lie now and which, and that nothing moves by itself."""
    if not found.titles:
        what = tr("Now: {}, with no data set yet.").format(_place(found.home))
    else:
        named = [*found.titles[:MOST_NAMED]]
        if len(found.titles) > MOST_NAMED:
            named.append(tr("{} more").format(len(found.titles) - MOST_NAMED))
        what = tr("Now: {}, with {} ({:,.0f} MB).").format(_place(found.home), listed(named), max(found.size / MB, 1))
    stays = tr("Nothing is moved when you choose another one.")
    return " ".join((what, stays, _for_this_call())).rstrip()


def not_looked(home: Path) -> str:
    """Where they would lie, if the folder could be read."""
    return tr("Now: {}, which cannot be read.").format(_place(home))


def _for_this_call() -> str:
    if home_of_this_call() is None:
        return ""
    return tr("{} is set, and outweighs what stands here.").format(FOR_ONE_CALL)


def _place(folder: Path) -> str:
    home = os.path.expanduser("~")
    name = str(folder)
    return shown("~" + name[len(home) :] if home != "/" and name.startswith(home + os.sep) else name)
