"""Draws an index by weight."""

from typing import Any, List, SupportsIndex, Tuple, Union

Weights = Union[List[Any], Tuple[Any, ...], Any]
"""A list or tuple of whole numbers, or a buffer of them: typing knows no name for buffers yet."""

def choose(weights: Weights, /) -> int: ...
def choose_many(weights: Weights, n: SupportsIndex, /) -> List[int]: ...
def seed(n: SupportsIndex, /) -> None: ...
