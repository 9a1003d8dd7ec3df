# class: fs-read
# technique: filecmp tells whether a guess equals a foreign file
# success: output_has EQUAL
import filecmp
open('guess.txt', 'w').write('@@CANARY@@\n')
if filecmp.cmp('guess.txt', '@@SECRET@@', shallow=False): print('EQUAL')
