"""What our trainable components share: their place in the model's storage and how they load."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

C = TypeVar("C", bound="StoredComponent")


class StoredComponent(GraphComponent):
    """A component that training writes to the model's storage and `restore` reads again."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource

    @classmethod
    def create(
        cls: type[C],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> C:
        """An untrained one."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls: type[C],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> C:
        """The trained one. Raises ValueError when its files are missing or do not fit: an
        untrained component never answers in silence."""
        made = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            made.restore(folder)
        return made

    @abstractmethod
    def restore(self, folder: Path) -> None:
        """Read what training left in `folder`; raises ValueError."""
