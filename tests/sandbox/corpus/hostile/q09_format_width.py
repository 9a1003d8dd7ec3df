# class: memory
# technique: a format width of two thousand million
# success: output_has WIDE
print('WIDE' + '%2000000000d' % 1)
