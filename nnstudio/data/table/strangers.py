"""Files that are no tables of text, each recognised by how it begins and called by its name."""

import re

from nnstudio.core.errors import DataError

AGAIN = "Download it again."
AS_CSV = "Save it as CSV in the program that made it."

_WEB_PAGE = re.compile(rb"<(?:!doctype|\?xml|html|head|body|svg|script|!--)", re.IGNORECASE)
_SIGNS = (
    (b"PK\x03\x04", "is a zip archive or a workbook", "Unpack it, or save its sheet as CSV."),
    (b"\xd0\xcf\x11\xe0", "is a workbook or another document of an office program", "Save its sheet as CSV."),
    (b"\x1f\x8b", "is compressed", "Unpack it with gunzip."),
    (b"BZh", "is compressed", "Unpack it with bunzip2."),
    (b"\xfd7zXZ", "is compressed", "Unpack it with unxz."),
    (b"7z\xbc\xaf\x27\x1c", "is a 7z archive", "Unpack it."),
    (b"%PDF", "is a PDF document", "Look for the same table as CSV."),
    (b"{\\rtf", "is a document of an office program", AS_CSV),
    (b"\x89PNG", "is a picture", "Choose the folder of pictures instead."),
    (b"\xff\xd8\xff", "is a picture", "Choose the folder of pictures instead."),
    (b"GIF8", "is a picture", "Choose the folder of pictures instead."),
    (b"SQLite format 3", "is a database", AS_CSV),
    (b"PAR1", "is a Parquet file", AS_CSV),
    (b"\x89HDF", "is an HDF5 file", AS_CSV),
    (b"\x93NUMPY", "is an array of NumPy", "Give it a name that ends in .npy."),
    (b"version https://git-lfs", "is only a pointer to a file that Git LFS keeps", "Fetch the file with git lfs pull."),
)


def refuse_strangers(start: bytes, where: str) -> None:
    """Refuse what is plainly something else, by the first bytes of a file."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise DataError(f"{where} is empty. Download or copy it again.")
    if not text:
        raise DataError(f"{where} begins with nothing but blanks. Download or copy it again.")
    if _WEB_PAGE.match(text):
        raise DataError(f"{where} is a web page, not data: its download went wrong. {AGAIN}")
    for sign, what, remedy in _SIGNS:
        if start.startswith(sign):
            raise DataError(f"{where} {what}, not a table of text. {remedy}")
    if text.startswith((b"{", b"[")):
        raise DataError(f"{where} is JSON, not a table. {AS_CSV}")
    if re.match(rb"\x80[\x02-\x05]", start):
        raise DataError(f"{where} is a pickle of Python, which may run programs and is never opened. {AS_CSV}")
