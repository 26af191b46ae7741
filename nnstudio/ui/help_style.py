"""How a page of the help looks: type sizes, quiet tables, formulas and code in frames, in the colours of a theme."""

from collections.abc import Iterator

from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrame,
    QTextFrameFormat,
    QTextTable,
)

from nnstudio.ui.help_at import slug
from nnstudio.ui.sizes import px, scaled
from nnstudio.ui.theme import Theme

ABOUT = 1  # The sentence under the title.
HEADINGS = {1: (1.6, 0, 4), 2: (1.22, 20, 6), 3: (1.05, 14, 4)}  # How large, and the room above and below.
MARGIN, PAD = 20, 8
BETWEEN = 9  # Pixels between paragraphs.
LINES = 135  # Percent of a line's height from one line to the next.
READING, CODE, FORMULA = 1.05, 1.0, 1.2
PLAIN = ("", "text")  # Lines without a language are mathematics.
Format = QTextFormat.Property


def dress(document: QTextDocument, markdown: str, theme: Theme, font: QFont, marked: str = "") -> list[QTextFrame]:
    """Show a page; the heading or row that is called `marked` stands out. Gives back the frames that hold code."""
    document.clear()
    document.setDefaultFont(scaled(font, READING))
    document.setDocumentMargin(px(MARGIN))
    document.setMarkdown(markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
    # All at once: lines are broken anew after each change by itself.
    whole = QTextCursor(document)
    whole.beginEditBlock()
    for block in _blocks(document):
        _dress_words(block, theme)
        _dress_block(block, theme, marked)
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame, theme, marked)
    # From the end: a frame that is put in moves what is behind it.
    framed = [_framed(document, *each, theme) for each in reversed(_code_in(document))]
    whole.endEditBlock()
    return framed


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _dress_words(block: QTextBlock, theme: Theme) -> None:
    """Links, and code within a line."""
    pieces = []
    each = block.begin()
    while not each.atEnd():
        pieces.append(each.fragment())
        each += 1
    for piece in pieces:
        before, format = piece.charFormat(), QTextCharFormat()
        if before.isAnchor():
            format.setForeground(theme.color("accent"))
        if before.fontFixedPitch():
            format.setFontFamilies(_fixed_families())
            if not _is_code(block):
                format.setBackground(theme.color("hover"))
        cursor = QTextCursor(block)
        cursor.setPosition(piece.position())
        cursor.setPosition(piece.position() + piece.length(), QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(format)


def _dress_block(block: QTextBlock, theme: Theme, marked: str) -> None:
    cursor = QTextCursor(block)
    format = QTextBlockFormat()
    level = block.blockFormat().headingLevel()
    in_table = cursor.currentTable() is not None
    if level:
        large, above, below = HEADINGS.get(level, HEADINGS[3])
        format.setTopMargin(px(above))
        format.setBottomMargin(px(below))
        _name(block, large)
        if marked and slug(block.text()) == marked:
            format.setBackground(theme.color("hover"))
    elif not _is_code(block):
        format.setLineHeight(LINES, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        format.setTopMargin(0)
        goes_on = block.textList() is not None and block.next().textList() is not None
        format.setBottomMargin(0 if in_table else px(BETWEEN // 3 if goes_on else BETWEEN))
    if block.blockFormat().property(Format.BlockQuoteLevel) or block.blockNumber() == ABOUT:
        _dim(block, theme)
    cursor.mergeBlockFormat(format)


def _name(block: QTextBlock, large: float) -> None:
    """Give a heading its size and its anchor."""
    words = QTextCharFormat()
    words.setFont(scaled(block.document().defaultFont(), large, QFont.Weight.DemiBold))
    words.setAnchor(True)
    words.setAnchorNames([slug(block.text())])
    # Not merged with what is there: that says a size of its own, which goes before the font's.
    _all_of(block).setCharFormat(words)


def _dim(block: QTextBlock, theme: Theme) -> None:
    words = QTextCharFormat()
    words.setForeground(theme.color("dim"))
    _all_of(block).mergeCharFormat(words)


def _dress_table(table: QTextTable, theme: Theme, marked: str) -> None:
    format = table.format()
    format.setBorder(0)
    format.setCellSpacing(0)
    format.setCellPadding(px(5))
    format.setBorderCollapse(True)
    format.setTopMargin(px(4))
    format.setBottomMargin(px(BETWEEN + 4))
    table.setFormat(format)
    for row in range(table.rows()):
        named = slug(table.cellAt(row, 0).firstCursorPosition().block().text())
        for column in range(table.columns()):
            _dress_cell(table, row, column, theme, marked=bool(marked) and row > 0 and named == marked)
        if row and named:
            _anchor(table.cellAt(row, 0).firstCursorPosition().block(), named)


def _dress_cell(table: QTextTable, row: int, column: int, theme: Theme, marked: bool) -> None:
    cell = table.cellAt(row, column)
    format = cell.format().toTableCellFormat()
    format.setBottomBorder(1)
    format.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    format.setBottomBorderBrush(theme.color("border"))
    if marked:
        format.setBackground(theme.color("hover"))
    cell.setFormat(format)
    if row == 0:
        words = QTextCharFormat()
        words.setForeground(theme.color("dim"))
        words.setFontWeight(QFont.Weight.Normal)
        _all_of(cell.firstCursorPosition().block()).mergeCharFormat(words)


def _anchor(block: QTextBlock, name: str) -> None:
    words = QTextCharFormat()
    words.setAnchor(True)
    words.setAnchorNames([name])
    cursor = QTextCursor(block)
    cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
    cursor.mergeCharFormat(words)


def _is_code(block: QTextBlock) -> bool:
    # Also lines that are set in, which have no language.
    return block.blockFormat().hasProperty(Format.BlockCodeLanguage)


def _code_in(document: QTextDocument) -> list[tuple[int, int, str]]:
    """Where each stretch of code begins and ends, and its language."""
    found: list[tuple[int, int, str]] = []
    before: QTextBlock | None = None
    for block in _blocks(document):
        if _is_code(block):
            language = str(block.blockFormat().property(Format.BlockCodeLanguage) or "")
            end = block.position() + block.length() - 1
            if before is not None and found[-1][2] == language:
                found[-1] = found[-1][0], end, language
            else:
                found.append((block.position(), end, language))
        before = block if _is_code(block) else None
    return found


def _framed(document: QTextDocument, start: int, end: int, language: str, theme: Theme) -> QTextFrame:
    cursor = QTextCursor(document)
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    words = QTextCharFormat()
    words.setFont(scaled(_fixed_font(document.defaultFont()), _size_of(language, cursor.selectedText())))
    words.setForeground(theme.color("text"))
    cursor.mergeCharFormat(words)
    lines = QTextBlockFormat()
    lines.setTopMargin(0)
    lines.setBottomMargin(0)
    lines.setLeftMargin(0)
    lines.setNonBreakableLines(False)
    cursor.mergeBlockFormat(lines)
    format = QTextFrameFormat()
    format.setBackground(theme.color("window"))
    format.setBorder(1)
    format.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    format.setBorderBrush(theme.color("border"))
    format.setPadding(px(PAD))
    format.setBottomMargin(px(BETWEEN))
    frame = cursor.insertFrame(format)
    for outside in (frame.firstPosition() - 1, frame.lastPosition() + 1):
        _shrink(document.findBlock(outside))
    return frame


def _size_of(language: str, text: str) -> float:
    """A formula is larger than lines of code; figures under each other are not."""
    return FORMULA if language in PLAIN and "\u2029" not in text else CODE


def _shrink(block: QTextBlock) -> None:
    """Take the room from an empty line, which Qt wants before and behind every frame."""
    if not block.text():
        letters, line = QTextCharFormat(), QTextBlockFormat()
        letters.setFontPointSize(1)
        line.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        line.setBottomMargin(0)
        line.setTopMargin(0)
        cursor = QTextCursor(block)
        cursor.setBlockFormat(line)
        cursor.setBlockCharFormat(letters)


def _all_of(block: QTextBlock) -> QTextCursor:
    cursor = QTextCursor(block)
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    return cursor


def _fixed_font(like: QFont) -> QFont:
    font = QFont(like)
    font.setFamilies(_fixed_families())
    font.setFixedPitch(True)
    return font


def _fixed_families() -> list[str]:
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).families()
