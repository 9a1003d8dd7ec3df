# class: fs-metadata
# technique: size of a foreign file by stat: the known residue where there are no namespaces
# success: output_has SIZE=@@SECRETSIZE@@ EXISTS
import os
print('SIZE=%d EXISTS' % os.path.getsize('@@SECRET@@'))
