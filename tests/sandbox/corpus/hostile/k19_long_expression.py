# class: parser
# technique: a sum of a hundred thousand terms: recursion in the transformer
# success: parent_error
exec('x = ' + '+'.join(['1'] * 100000))
