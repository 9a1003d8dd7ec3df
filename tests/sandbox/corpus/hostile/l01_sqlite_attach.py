# class: app-db
# technique: SQL: ATTACH of the app database to an own one
# success: output_has @@CANARY@@
import sqlite3
c = sqlite3.connect('/mnt/data/own.db')
c.execute("attach database '@@APPDB@@' as app")
print(c.execute('select * from app.notes').fetchall())
