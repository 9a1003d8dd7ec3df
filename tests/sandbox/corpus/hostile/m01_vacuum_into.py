# class: app-db
# technique: SQL: VACUUM INTO writes a file anywhere
# success: path_exists @@DROP@@/m01.db
import sqlite3
c = sqlite3.connect(':memory:'); c.execute('create table t (a)'); c.execute("vacuum into '@@DROP@@/m01.db'")
