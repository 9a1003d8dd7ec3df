# class: parser
# technique: source nested so deeply that the parser or the policy overflows
# success: parent_error
eval('(' * 5000 + ')' * 5000)
