# class: guard-shadowing
# technique: type(module) is the module class: a subclass of it is "own"
# success: output_has @@ENVCANARY@@
import json
class M(type(json)):
    def peek(self): return self.__dict__
m = M('json')
m.__dict__.update(json.__dict__)
print(m.peek())
