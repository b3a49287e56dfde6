"""The tolerant decoder of request bodies: bytes in, one nested dict out; no framework, no I/O.

JSON, urlencoded and multipart spellings of the same content decode equal and so have
one fingerprint. What cannot be read is refused in words that say what, where and what
to do; a part too many never stops a lead.
"""

from leadhall.core.text import Number, Value, canonical_json
from leadhall.web.decode.body import Decoded, decode_body, fingerprint, is_json, is_plain_json
from leadhall.web.decode.content_type import MediaType, media_type
from leadhall.web.decode.json_body import decode_json
from leadhall.web.decode.multipart_body import decode_upload
from leadhall.web.decode.refusals import MOST_DEPTH, DuplicateKey, TooDeep, Unreadable, UnsupportedMedia

__all__ = [
    "MOST_DEPTH",
    "Decoded",
    "DuplicateKey",
    "MediaType",
    "Number",
    "TooDeep",
    "Unreadable",
    "UnsupportedMedia",
    "Value",
    "canonical_json",
    "decode_body",
    "decode_json",
    "decode_upload",
    "fingerprint",
    "is_json",
    "is_plain_json",
    "media_type",
]
