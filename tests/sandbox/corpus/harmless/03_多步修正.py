# title: 列名写错，按提示改正
# expect-err: KeyError
# expect: Did you mean 'amount'?
# expect: 3150.0
import pandas as pd
df = pd.read_csv('/mnt/data/sales.csv')
total = df['Amount'].sum()
# %%
total = df['amount'].sum()
total
