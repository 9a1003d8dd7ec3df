# class: stack
# technique: recursion in C code
# success: parent_dead
import json
print(len(str(json.loads('[' * 100000 + ']' * 100000))))
