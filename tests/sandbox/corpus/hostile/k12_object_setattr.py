# class: monkeypatch
# technique: object.__setattr__ writes into a module past the guard
# success: output_has PATCHED
import json
object.__setattr__(json, 'dumps', lambda *a, **k: 'PAT' + 'CHED')
print(json.dumps({}))
