# title: openpyxl: read, formulas, chart, styles
# expect: 3
# expect-file: 报表.xlsx
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.utils import get_column_letter
wb = Workbook(); ws = wb.active
for row in [['产品', '数量'], ['音箱', 100], ['手表', 60]]: ws.append(row)
chart = BarChart(); chart.add_data(Reference(ws, min_col=2, min_row=1, max_row=3), titles_from_data=True)
ws.add_chart(chart, 'D2')
for column in range(1, 3): ws.column_dimensions[get_column_letter(column)].width = 14
ws['B4'] = '=SUM(B2:B3)'
wb.save('/mnt/data/报表.xlsx')
print(load_workbook('/mnt/data/报表.xlsx').active.max_row - 1)
