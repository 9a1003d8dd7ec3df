# class: fs-read
# technique: numpy.memmap on a foreign file
# success: output_has @@CANARY@@
import numpy as np
print(bytes(np.memmap('@@SECRET@@', dtype='u1', mode='r')))
