# class: other-thread
# technique: iterdir upwards from the working folder to other sessions
# success: output_has report.csv
from pathlib import Path
p = Path('@@OTHER@@')
while p != p.parent:
    try: print([str(x) for x in p.iterdir()])
    except OSError as e: print(e)
    p = p.parent
