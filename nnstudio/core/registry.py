"""Families of kinds (layers, losses, ...), found by looking into their package and at installed plugins."""

import logging
import pkgutil
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from importlib import import_module
from types import ModuleType
from typing import Any, Generic, TypeVar

from nnstudio.core.errors import FieldError, UnknownKind
from nnstudio.core.fields import Configured
from nnstudio.core.fitness import check_member
from nnstudio.core.plugged import Failure, Point, Unfit, failures, load, points

log = logging.getLogger(__name__)
T = TypeVar("T", bound=Configured)


class Family(Generic[T]):
    """All concrete subclasses of `base` in a package's modules, and those that plugins register under `plugins`.

    `check` raises Unfit for a plugin's member that lacks what just this family needs.
    """

    def __init__(
        self, base: type[T], package: str, plugins: str, noun: str, check: Callable[[type[T]], None] | None = None
    ) -> None:
        self.base = base
        self.noun = noun
        self.group = plugins
        self._package = package
        self._check = check

    @cached_property
    def _members(self) -> dict[str, type[T]]:
        found: dict[str, type[T]] = {}
        for module in _modules(self._package):
            found.update(self._kinds_in(module))
        for point in points(self.group):
            member = load(point, partial(self._must_fit, known=found))
            if member is not None:
                found[member.kind] = member
                self._origins[member.kind] = point
        for failure in self.failures:
            log.warning("%s", failure.sentence, extra={"report": failure.report})
        return found

    @cached_property
    def _origins(self) -> dict[str, Point]:
        return {}

    @property
    def failures(self) -> list[Failure]:
        """What plugins wanted to add to it, and why that is left out."""
        return [failure for failure in failures() if failure.point.group == self.group]

    def origin(self, kind: str) -> Point | None:
        """Which plugin a kind comes from; None for our own."""
        self.kinds()
        return self._origins.get(kind)

    def _must_fit(self, member: Any, known: Mapping[str, type[T]]) -> None:
        check_member(member, self.base, self.noun)
        if member.kind in known:
            other = self._origins.get(member.kind)
            owner = f"from the plugin {other.plugin}" if other else "of nnstudio's own"
            raise Unfit(f"there is a {self.noun} of the kind '{member.kind}' already, {owner}. Give it another kind")
        if self._check is not None:
            self._check(member)

    def _kinds_in(self, module: ModuleType) -> dict[str, type[T]]:
        return {
            value.kind: value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, self.base)
            and value.__module__ == module.__name__ and "__dataclass_params__" in value.__dict__
            and value is not self.base
        }  # fmt: skip

    def kinds(self) -> Mapping[str, type[T]]:
        """Every member by its kind."""
        return self._members

    def find(self, kind: str) -> type[T]:
        """The member of that kind, or an error that names the known ones."""
        if kind not in self._members:
            raise self._unknown(kind, ".")
        return self._members[kind]

    def from_json(self, stored: Mapping[str, Any]) -> T:
        """The inverse of `Configured.to_json`."""
        kind = stored.get("kind")
        if not isinstance(kind, str):
            raise FieldError(f"A {self.noun} needs a kind, given as a text.")
        if kind not in self._members:
            raise self._unknown(kind, f". {self._where_from()}")
        return self._members[kind].from_fields({name: value for name, value in stored.items() if name != "kind"})

    def _unknown(self, kind: str, hint: str) -> UnknownKind:
        known = ", ".join(sorted(self._members))
        return UnknownKind(f"'{kind[:40]}' is no {self.noun} that this version knows{hint} It knows: {known}.")

    def _where_from(self) -> str:
        """Why a file may name what is not there."""
        failed = ", ".join(sorted({failure.point.plugin for failure in self.failures}))
        if failed:
            return f"It may come from a plugin that failed ({failed}) or is not installed; see `nnstudio plugins`."
        return "It may come from a plugin that is not installed."


def _modules(package: str) -> list[ModuleType]:
    root = import_module(package)
    if not hasattr(root, "__path__"):
        return [root]
    names = sorted(info.name for info in pkgutil.iter_modules(root.__path__))
    return [import_module(f"{package}.{name}") for name in names]
