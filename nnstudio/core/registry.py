"""Families of kinds (layers, losses, ...), found by looking into their package and at installed plugins."""

import logging
import pkgutil
from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any, Generic, TypeVar

from nnstudio.core.errors import FieldError, UnknownKind
from nnstudio.core.fields import Configured

log = logging.getLogger(__name__)
T = TypeVar("T", bound=Configured)


class Family(Generic[T]):
    """All concrete subclasses of `base` in a package's modules, and those that plugins register under `plugins`."""

    def __init__(self, base: type[T], package: str, plugins: str, noun: str) -> None:
        self.base = base
        self.noun = noun
        self.failures: list[str] = []
        self._package = package
        self._plugins = plugins

    @cached_property
    def _members(self) -> dict[str, type[T]]:
        found: dict[str, type[T]] = {}
        for module in _modules(self._package):
            found.update(self._kinds_in(module))
        for name, member in self._plugin_members().items():
            found.setdefault(name, member)
        return found

    def _kinds_in(self, module: ModuleType) -> dict[str, type[T]]:
        return {
            value.kind: value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, self.base)
            and value.__module__ == module.__name__ and "__dataclass_params__" in value.__dict__
            and value is not self.base
        }  # fmt: skip

    def _plugin_members(self) -> dict[str, type[T]]:
        found: dict[str, type[T]] = {}
        for point in entry_points(group=self._plugins):
            try:
                member = point.load()
                if not (isinstance(member, type) and issubclass(member, self.base)):
                    raise TypeError(f"{point.value} is not a {self.noun}")
                found[member.kind] = member
            # A plugin may fail in any way; it is named and left out, the rest goes on.
            except Exception:
                log.exception("The plugin %s failed and is left out.", point.name)
                self.failures.append(f"The plugin {point.name} ({point.value}) failed and is left out.")
        return found

    def kinds(self) -> Mapping[str, type[T]]:
        """Every member by its kind."""
        return self._members

    def find(self, kind: str) -> type[T]:
        """The member of that kind, or an error that names the known ones."""
        try:
            return self._members[kind]
        except KeyError:
            known = ", ".join(sorted(self._members))
            raise UnknownKind(f"'{kind[:40]}' is no {self.noun} that this version knows. It knows: {known}.") from None

    def from_json(self, stored: Mapping[str, Any]) -> T:
        """The inverse of `Configured.to_json`."""
        kind = stored.get("kind")
        if not isinstance(kind, str):
            raise FieldError(f"A {self.noun} needs a kind, given as a text.")
        return self.find(kind).from_fields({name: value for name, value in stored.items() if name != "kind"})


def _modules(package: str) -> list[ModuleType]:
    root = import_module(package)
    if not hasattr(root, "__path__"):
        return [root]
    names = sorted(info.name for info in pkgutil.iter_modules(root.__path__))
    return [import_module(f"{package}.{name}") for name in names]
