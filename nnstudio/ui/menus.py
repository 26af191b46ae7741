"""The menus of a window: every command, its keys, and when it can be used."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QObject, Qt

from nnstudio.core.errors import StudioError
from nnstudio.graph.arrange import Axis, Direction, Edge, aligned, arrange, distributed
from nnstudio.project.project import Project
from nnstudio.ui.actions import Actions, Entry, Section, tr
from nnstudio.ui.canvas.view import FURTHEST, NEAREST
from nnstudio.ui.help_menu import HelpMenu

if TYPE_CHECKING:
    from nnstudio.ui.window import StudioWindow

Positions = dict[str, tuple[float, float]]
EDGES: tuple[tuple[Edge, object], ...] = (
    ("left", QT_TRANSLATE_NOOP("", "&Left edges")), ("centre", QT_TRANSLATE_NOOP("", "&Centres, one below the other")),
    ("right", QT_TRANSLATE_NOOP("", "&Right edges")), ("top", QT_TRANSLATE_NOOP("", "&Top edges")),
    ("middle", QT_TRANSLATE_NOOP("", "&Middles, side by side")), ("bottom", QT_TRANSLATE_NOOP("", "&Bottom edges")),
)  # fmt: skip
SHIFT = "Ctrl+Shift+"


class WindowMenus(QObject):
    """Makes the actions, fills the menu bar, and greys out what makes no sense."""

    def __init__(self, window: "StudioWindow") -> None:
        super().__init__(window)
        self._window = window
        self.help = HelpMenu(window)
        self.actions = Actions(window, self._sections())
        menus = self.actions.fill(window.menuBar())
        self._recent = menus[tr("&File")].addMenu(tr("Open &recent"))
        menus[tr("&File")].insertMenu(self.actions["save"], self._recent)
        menus[tr("&File")].insertSeparator(self.actions["save"])
        menus[tr("&View")].insertActions(self.actions["next_panel"], window.docks.actions())
        menus[tr("&View")].insertSeparator(self.actions["next_panel"])
        menus[tr("&File")].aboutToShow.connect(self._show_recent)
        self.help.add_lessons(menus, self.actions)
        self._connect()
        self._show_possible()
        self._show_zoom(window.canvas.view.zoom)
        self.show_theme()

    def show_theme(self) -> None:
        """Mark the look that is chosen."""
        wanted = self._window.preferring.value
        self.actions[wanted.theme].setChecked(True)
        self.actions["projector"].setChecked(wanted.projector)

    def _sections(self) -> list[Section]:
        return [self._file(), self._edit(), self._model(), self._train(), self._view(), self.help.section()]

    def _file(self) -> Section:
        window, files, crossings = self._window, self._window.files, self._window.crossings
        return Section(tr("&File"), [
            Entry("new", tr("&New"), self._new_empty, "Ctrl+N", tr("Begin an empty model")),
            Entry("new_from", tr("New from &template…"), self.help.welcome, f"{SHIFT}N", tr("Choose a beginning")),
            Entry("open", tr("&Open…"), files.ask_to_open, "Ctrl+O", tr("Open a project")),
            Entry("save", tr("&Save"), partial(window.run.collect, files.save), "Ctrl+S", tr("Save the project")),
            Entry("save_as", tr("Save &as…"), partial(window.run.collect, files.save_as), f"{SHIFT}S"),
            None,
            Entry("export", tr("&Export…"), crossings.export, f"{SHIFT}E", tr("Take the trained model away")),
            Entry("import", tr("&Import…"), crossings.importing.ask, f"{SHIFT}I", tr("Take a model or weights in")),
            None,
            Section(tr("Picture of the net&work"), [
                Entry("export_png", tr("Cards as &PNG…"), partial(self._export, ".png")),
                Entry("export_svg", tr("Cards as &SVG…"), partial(self._export, ".svg")),
                Entry("circles", tr("&Circles and lines…"), partial(window.run.collect, crossings.show_circles)),
            ]),
            None,
            Entry("close", tr("&Close window"), window.close, "Ctrl+W"),
            Entry("quit", tr("&Quit"), window.quit_asked.emit, "Ctrl+Q"),
        ])  # fmt: skip

    def _edit(self) -> Section:
        window, commands = self._window, self._window.commands
        return Section(tr("&Edit"), [
            Entry("undo", tr("&Undo"), window.document.undo, "Ctrl+Z"),
            Entry("redo", tr("&Redo"), window.document.redo, f"{SHIFT}Z Ctrl+Y"),
            None,
            Entry("cut", tr("Cu&t"), commands.cut, "Ctrl+X"),
            Entry("copy", tr("&Copy"), commands.copy, "Ctrl+C"),
            Entry("paste", tr("&Paste"), commands.paste, "Ctrl+V"),
            Entry("duplicate", tr("&Duplicate"), commands.duplicate, "Ctrl+D"),
            Entry("delete", tr("De&lete"), commands.delete, "Del Backspace", tr("Delete and wire the neighbours")),
            Entry("cut_out", tr("Delete without re&wiring"), partial(commands.delete, False), "Shift+Del"),
            None,
            Entry("select_all", tr("Select &all"), window.selection.choose_all, "Ctrl+A"),
            Entry("select_none", tr("Select &none"), window.selection.clear, f"{SHIFT}A"),
            Entry("find", tr("&Find a layer…"), window.canvas.search, "Ctrl+F"),
            None,
            Entry("settings", tr("S&ettings…"), self._set_up, "Ctrl+,", tr("Look, text size, threads, folders")),
        ])  # fmt: skip

    def _model(self) -> Section:
        window, commands = self._window, self._window.commands
        align = [Entry(f"align_{edge}", tr(str(words)), partial(self._align, edge)) for edge, words in EDGES]
        return Section(tr("&Model"), [
            Entry("quick_add", tr("&Add a layer…"), window.canvas.quick_add, "Ctrl+Space", tr("Add a layer (or Tab)")),
            Entry("connect", tr("&Connect"), commands.connect_chosen, "Ctrl+L", tr("Wire two chosen layers")),
            None,
            Entry("group", tr("&Group…"), window.canvas.group, "Ctrl+G", tr("Gather the chosen layers in a group")),
            Entry("ungroup", tr("&Ungroup"), commands.ungroup, f"{SHIFT}G"),
            Entry("collapse", tr("Collapse or &open"), commands.toggle_groups, "Ctrl+E", tr("Show groups as one card")),
            Entry("rename", tr("Re&name…"), window.canvas.rename, "F2"),
            Entry("note", tr("Add a no&te…"), window.canvas.add_note, f"{SHIFT}M"),
            None,
            Entry("arrange", tr("A&rrange"), partial(self._arrange, "right"), f"{SHIFT}L", tr("Arrange all layers")),
            Entry("arrange_down", tr("Arrange &downwards"), partial(self._arrange, "down")),
            Section(tr("A&lign"), align),
            Section(tr("Di&stribute"), [
                Entry("distribute_x", tr("&Across"), partial(self._distribute, "x")),
                Entry("distribute_y", tr("&Down"), partial(self._distribute, "y")),
            ]),
            None,
            Entry("describe", tr("D&escribe in words"), self._describe, f"{SHIFT}D"),
        ])  # fmt: skip

    def _train(self) -> Section:
        run, again = self._window.run, self._window.beginnings
        return Section(tr("&Train"), [
            Entry("train", tr("&Train"), run.toggle, "F5 Ctrl+R", tr("Let the network learn")),
            Entry("one_batch", tr("One &batch"), partial(run.train, steps=1), "F10", tr("Learn from one batch")),
            Entry("one_epoch", tr("One &epoch"), partial(run.train, epochs=1), "F9", tr("Pass through the data once")),
            Entry("stop", tr("&Stop"), run.stop, "Shift+F5", tr("End this run and keep the weights")),
            None,
            Entry("reset", tr("&Reset weights"), again.reset, f"{SHIFT}R", tr("Back to the same first weights")),
            Entry("new_weights", tr("&New weights"), again.new_weights, f"{SHIFT}W", tr("Begin with other weights")),
            None,
            Entry("classify", tr("&Classify pictures…"), self._window.crossings.classify, f"{SHIFT}P",
                  tr("Ask the network about many pictures")),
        ])  # fmt: skip

    def _view(self) -> Section:
        window, view = self._window, self._window.canvas.view
        return Section(tr("&View"), [
            Entry("zoom_in", tr("Zoom &in"), partial(view.zoom_by, 1.25), "Ctrl++ Ctrl+="),
            Entry("zoom_out", tr("Zoom &out"), partial(view.zoom_by, 0.8), "Ctrl+-"),
            Entry("fit", tr("&Fit"), view.fit, "Ctrl+0", tr("Show the whole model")),
            None,
            Entry("next_panel", tr("&Next panel"), window.next_panel, "F6", tr("Bring the keys to the next panel")),
            Entry("previous_panel", tr("&Previous panel"), partial(window.next_panel, -1), "Shift+F6"),
            Entry("detach", tr("&Detach or dock panel"), window.docks.detach, "",
                  tr("Make the panel that has the keys a window, or bring it back")),
            Entry("restore_panels", tr("Restore the p&anels"), window.docks.arrange),
            None,
            Entry("full_screen", tr("F&ull screen"), self._full_screen, "F11"),
            Section(tr("&Look"), [
                Entry("system", tr("As the &system"), partial(window.theme_asked.emit, ""), choice="look"),
                Entry("dark", tr("&Dark"), partial(window.theme_asked.emit, "dark"), choice="look"),
                Entry("light", tr("&Light"), partial(window.theme_asked.emit, "light"), choice="look"),
                None,
                Entry("projector", tr("&Projector"), self._switch_projector, "Shift+F11",
                      tr("Large letters and strong contrast, for a class"), switch=True),
            ]),
        ])  # fmt: skip

    def _connect(self) -> None:
        window = self._window
        for signal in (window.document.undo_stack.indexChanged, window.document.modified_changed,
                       window.document.path_changed, window.document.project_changed,
                       window.selection.selection_changed):  # fmt: skip
            signal.connect(self._show_possible)
        window.canvas.view.zoom_changed.connect(self._show_zoom)

    def _show_possible(self) -> None:
        document, chosen = self._window.document, self._window.selection
        stack, some = document.undo_stack, bool(chosen.nodes or chosen.wires or chosen.notes)
        grouped = any(group.members & chosen.nodes for group in document.graph.groups)
        enable = self.actions.enable
        self._show_step("undo", tr("&Undo"), stack.undoText())
        self._show_step("redo", tr("&Redo"), stack.redoText())
        enable(stack.canUndo(), "undo")
        enable(stack.canRedo(), "redo")
        enable(document.modified or document.path is None, "save")
        enable(bool(chosen.nodes or chosen.notes), "cut", "copy", "duplicate")
        enable(some, "delete", "cut_out", "select_none")
        enable(bool(chosen.nodes), "group")
        enable(bool(chosen.only_node or chosen.only_group), "rename")
        enable(grouped, "ungroup", "collapse")
        enable(len(chosen.nodes) == 2, "connect")
        enable(len(chosen.nodes) > 1, *(f"align_{edge}" for edge, _ in EDGES))
        enable(len(chosen.nodes) > 2, "distribute_x", "distribute_y")
        enable(bool(document.graph.nodes), "find", "arrange", "arrange_down", "describe")
        enable(bool(document.graph.nodes or document.graph.notes), "select_all", "fit", "export_png", "export_svg")
        enable(bool(document.graph.nodes), "circles", "export", "classify")

    def _show_step(self, name: str, text: str, words: str) -> None:
        self.actions.say(name, f"{text} {words}".rstrip(), f"{text} {words}".replace("&", "").rstrip())
        self.actions[name].setIconText(text.replace("&", ""))

    def _show_zoom(self, zoom: float) -> None:
        self.actions.enable(zoom < NEAREST, "zoom_in")
        self.actions.enable(zoom > FURTHEST, "zoom_out")

    def _show_recent(self) -> None:
        files = self._window.files
        self._recent.clear()
        for path in files.recent:
            action = self._recent.addAction(path.name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.setStatusTip(str(path))
            action.triggered.connect(partial(self._reopen, path))
        self._recent.addSeparator()
        self._recent.addAction(tr("Empty this list")).triggered.connect(files.forget_recent)
        self._recent.setEnabled(bool(files.recent))

    def _reopen(self, path: Path, *_: object) -> None:
        self._window.files.open(path)

    def _new_empty(self) -> None:
        # Without data: which ones it is to learn is not known yet.
        self._window.files.new(Project(data=""))

    def _size(self, id: str) -> tuple[float, float]:
        box = self._window.canvas.scene.card(id).outline()
        return box.width(), box.height()

    def _arrange(self, direction: Direction) -> None:
        self._window.commands.move(tr("Arrange"), arrange(self._window.document.graph, self._size, direction))
        self._window.canvas.view.fit()

    def _align(self, edge: Edge) -> None:
        self._window.commands.move(tr("Align"), aligned(*self._chosen(), edge))

    def _distribute(self, axis: Axis) -> None:
        self._window.commands.move(tr("Distribute"), distributed(*self._chosen(), axis))

    def _chosen(self) -> tuple[Positions, Positions]:
        ids = self._window.selection.nodes
        graph = self._window.document.graph
        return {id: graph.node(id).position for id in ids}, {id: self._size(id) for id in ids}

    def _full_screen(self) -> None:
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _switch_projector(self) -> None:
        preferring = self._window.preferring
        preferring.change(projector=not preferring.value.projector)

    def _export(self, ending: str) -> None:
        from nnstudio.ui.canvas.picture import painted

        window = self._window
        start = (window.document.path or Path.home() / "model").with_suffix(ending)
        path = window.dialogs.where_to_export(str(start), ending)
        if path is not None:
            save = painted(window.document.project, window.theme, path)
            window.background.run(save, self._exported, self._not_exported)

    def _exported(self, path: Path) -> None:
        self._window.tell(tr("Saved {}").format(path.name))

    def _not_exported(self, error: StudioError) -> None:
        self._window.dialogs.tell(tr("Not saved"), str(error))

    def _set_up(self) -> None:
        from nnstudio.ui.settings_dialog import SettingsDialog

        SettingsDialog(self._window).open()

    def _describe(self) -> None:
        from nnstudio.ui.key_sheet import Description

        Description(self._window.document, self._window).open()
