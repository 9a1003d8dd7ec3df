# class: output
# technique: thirty megabytes in one line, without an end
# success: out_over 4
import sys
for n in range(30): sys.stdout.write('y' * (1 << 20))
