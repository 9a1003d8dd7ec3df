# class: memory
# technique: an array larger than the machine
# success: output_has HUGE
import numpy as np
a = np.ones((40000, 40000)); print('HUGE', a.nbytes)
