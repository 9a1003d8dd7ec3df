# class: exec-eval
# technique: exec with globals that bring their own built-ins
# success: output_has @@CANARY@@
scope = {'__builtins__': {'open': open}}
exec("print_ = __builtins__['open']('@@SECRET@@').read()", scope)
print(scope['print_'])
