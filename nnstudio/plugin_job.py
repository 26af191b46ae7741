"""The job `nnstudio plugins`: which plugins are there, what each adds, what failed."""

from nnstudio import plugins
from nnstudio.core.plugged import plugin_folder
from nnstudio.printed import print_json


def tell_plugins(as_json: bool) -> bool:
    """Print what is installed; gives back whether all of it works."""
    found = plugins.installed()
    if as_json:
        print_json({**plugins.as_json(found), "folder": str(plugin_folder())})
    else:
        print(plugins.as_text(found))
        print(f"\nPlugins are packages of this Python, or in {plugin_folder()}.")
    return not any(plugin.failures for plugin in found)
