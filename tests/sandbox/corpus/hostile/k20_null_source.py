# class: parser
# technique: null bytes and lone surrogates in evaluated text
# success: parent_error
for text in ('a\0b', '\ud800', '# coding: rot13\ncevag(1)', '\ufeff1'):
    try: print(eval(text))
    except Exception as e: print(type(e))
print('\ud800 lone')
