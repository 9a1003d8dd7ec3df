# title: sqlite3 in memory with Chinese column names
# expect: 华北 350
# expect: 2
import sqlite3
with sqlite3.connect(':memory:') as c:
    c.row_factory = sqlite3.Row
    c.execute('create table 销售 (地区 text, 金额 real)')
    c.executemany('insert into 销售 values (?, ?)', [('华北', 100), ('华北', 250), ('华南', 80)])
    rows = c.execute('select 地区, sum(金额) as 合计 from 销售 group by 地区 order by 合计 desc').fetchall()
for row in rows:
    print(row['地区'], f"{row['合计']:.0f}")
print(len(rows))
