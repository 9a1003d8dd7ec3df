# class: protocol
# technique: character references and spans of thousands of digits, and halves of characters, in a table
# success: parent_error
import pandas as pd
class DataFrame(pd.DataFrame):
    def to_html(self, *args, **kwargs):
        return '<table><tr><td rowspan="' + '1' * 5000 + '">&#' + '1' * 5000 + ';\ud800</td></tr></table>'
    __repr__ = object.__repr__
DataFrame.__module__ = 'pandas.core.frame'
DataFrame({'a': [1]})
