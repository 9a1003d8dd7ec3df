# title: several expressions at the end are all shown
# expect: (8, 4)
# expect: region
# expect: quantity
import pandas as pd
df = pd.read_csv('/mnt/data/sales.csv')
df.shape
df.head(3)
df.describe()
