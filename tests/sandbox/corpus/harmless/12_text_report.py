# title: 文本处理与 Markdown 报告
# expect: 词频
# expect: 数据 3
# expect-file: 报告.md
import re
from collections import Counter
from datetime import date
from string import Template
text = '数据驱动决策。数据很重要，数据要准确！Data matters.'
词 = Counter(re.findall(r'[\u4e00-\u9fff]{2}|[A-Za-z]+', text))
print('词频', 词.most_common(3))
print('数据', text.count('数据'))
报告 = Template('# 报告\n\n日期：$day\n\n| 词 | 次数 |\n| --- | --- |\n$rows\n').substitute(
    day=date(2024, 5, 1), rows='\n'.join(f'| {k} | {v} |' for k, v in 词.items()))
with open('/mnt/data/报告.md', 'w', encoding='utf-8') as f:
    f.write(报告)
print('{:<8}|{:>6.2f}|{!r}'.format('名称', 3.14159, 'x'), '%s-%d' % ('a', 3), f'{1234567.891:,.2f}')
