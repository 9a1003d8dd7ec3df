# class: output
# technique: a file where the app expects the folder of pictures
# success: parent_error
import os, tempfile
open(os.path.join(tempfile.gettempdir(), 'figures'), 'w').write('x')
import matplotlib.pyplot as plt
plt.plot([1]); plt.show()
