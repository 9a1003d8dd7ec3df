# title: enum, NamedTuple, Protocol, lru_cache, contextmanager
# expect: Colour.RED 1
# expect: 55
# expect: in
# expect: Item(name='a', price=2.5)
from contextlib import contextmanager
from enum import Enum, auto
from functools import lru_cache, partial
from typing import NamedTuple, Protocol
class Colour(Enum):
    RED = auto()
    BLUE = auto()
print(Colour.RED, Colour.RED.value, [c.name for c in Colour])
class Item(NamedTuple):
    name: str
    price: float
print(Item('a', 2.5)._replace(price=2.5), Item('a', 1.0)._asdict())
@lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(10), fib.cache_info().hits > 0)
@contextmanager
def block(name):
    print('in'); yield name; print('out')
with block('x') as b: print(b)
binary = partial(int, base=2)
class Named(Protocol):
    name: str
print(binary('11'))
