# class: fs-write
# technique: logging.FileHandler outside
# success: path_exists @@DROP@@/m02.log
import logging
h = logging.FileHandler('@@DROP@@/m02.log'); logging.getLogger('x').addHandler(h); logging.getLogger('x').error('y')
