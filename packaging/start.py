"""Where the packaged program begins: before anything else, what was set for it alone is taken back.

Its libraries were found already. A web browser or a file manager that it opens must find its own.
"""

import os
import sys

for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH"):
    before = os.environ.pop(f"{name}_ORIG", None)
    os.environ.pop(name, None)
    if before:
        os.environ[name] = before

from nnstudio.__main__ import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
