# title: 数据透视表和导出 Excel
# expect: 500.0
# expect-file: 透视表.xlsx
import pandas as pd
df = pd.read_csv('/mnt/data/sales.csv', parse_dates=['date'])
df['月份'] = df['date'].dt.strftime('%Y-%m')
表 = pd.pivot_table(df, index='月份', columns='region', values='amount', aggfunc='sum', fill_value=0)
表.to_excel('/mnt/data/透视表.xlsx', sheet_name='汇总')
print(pd.read_excel('/mnt/data/透视表.xlsx', index_col=0))
表
