# class: network
# technique: numpy.lib.npyio.DataSource fetches addresses
# success: hit tcp
import numpy as np
np.lib.npyio.DataSource().open('http://127.0.0.1:@@TCP@@/a.csv')
