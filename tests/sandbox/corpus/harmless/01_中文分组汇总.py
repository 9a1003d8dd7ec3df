# title: 按地区汇总并画图（中文标签）
# expect: North    1250.0
# expect-image: 1
# expect-file: 地区销售额.png
import pandas as pd
import matplotlib.pyplot as plt

plt.rcParams['font.sans-serif'] = ['SimHei', 'Microsoft YaHei']  # 用来正常显示中文标签
plt.rcParams['axes.unicode_minus'] = False

数据 = pd.read_csv('/mnt/data/sales.csv')
汇总 = 数据.groupby('region')['amount'].sum().sort_values(ascending=False)
print(汇总)
ax = 汇总.plot(kind='bar', title='各地区销售额')
ax.set_ylabel('金额（元）')
plt.tight_layout()
plt.savefig('/mnt/data/地区销售额.png')
plt.show()
