# class: fs-write
# technique: rmtree of a foreign folder
# success: path_missing @@OTHER@@/report.csv
import shutil
shutil.rmtree('@@OTHER@@')
