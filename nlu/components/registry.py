"""Registering our components with Rasa's default recipe, except where a model is only served.

The recipe imports every stock component and with them TensorFlow: seven seconds and 400 MB that
serving never uses. Training needs the recipe; `serve_only()` must be called before the component
modules are imported to go without it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

T = TypeVar("T", bound=type)
_serving = False
_CODE = Path(__file__).resolve().parent.parent


def serve_only() -> None:
    """From now on components are not registered for training in this process."""
    global _serving
    _serving = True


def register(kind: str, is_trainable: bool) -> Callable[[T], T]:
    """Class decorator: register as `kind`, a `DefaultV1Recipe.ComponentType` member's name."""

    def decorate(component: T) -> T:
        if _serving:
            return component
        from rasa.engine.recipes.default_recipe import DefaultV1Recipe

        component_type = DefaultV1Recipe.ComponentType[kind]
        DefaultV1Recipe.register(component_type, is_trainable=is_trainable)(component)
        return component

    return decorate


@lru_cache(maxsize=1)
def code_version() -> str:
    """Digest of this package's code, lexicons and topic labels; in each component's
    configuration it keeps Rasa's training cache from serving results of older code."""
    digest = hashlib.sha256()
    for folder, pattern in ((".", "*.py"), ("components", "*.py"), ("entities", "*.py")):
        for path in sorted((_CODE / folder).glob(pattern)):
            digest.update(path.read_bytes())
    for path in (*sorted((_CODE / "lexicons").glob("*.json")), _CODE / "topics.json"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
