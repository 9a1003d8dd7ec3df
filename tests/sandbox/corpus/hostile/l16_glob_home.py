# class: other-thread
# technique: recursive glob over the home folder
# success: output_has id_test
import glob
print(glob.glob('@@HOME@@/**/*', recursive=True, include_hidden=True))
