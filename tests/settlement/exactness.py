"""Looking for floats in whatever settling and explaining gave.

The architecture's test reads the core's text, which cannot see that a division of two whole numbers gives a float. This
walks through the values themselves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def inexact(root: Any) -> Iterator[str]:
    """Where floats stand in a value, as paths; each object is looked at once, however often it is pointed to."""
    waiting: list[tuple[str, Any]] = [("settlement", root)]
    seen: set[int] = set()
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, float | complex | np.floating):
            yield f"{path} = {value!r}"
        elif isinstance(value, np.ndarray) and value.dtype.kind in "fc":
            yield f"{path}: an array of {value.dtype}"
        if isinstance(value, str | int) or id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Mapping):
            waiting += [(f"{path}[{key!r}]", each) for key, each in value.items()]
        elif isinstance(value, tuple | list | set | frozenset):
            waiting += [(f"{path}[{place}]", each) for place, each in enumerate(value)]
        elif is_dataclass(value):
            waiting += [(f"{path}.{each.name}", getattr(value, each.name, None)) for each in fields(value)]
