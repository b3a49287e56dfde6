"""Every code of an error: what it means and what to do about it. docs/reference/errors.md is made from this table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One code as it stands in `error_code` or in `errors[].code`, with the statuses it comes under."""

    name: str
    statuses: tuple[int, ...]
    meaning: str
    remedy: str
    again: bool = False

    @property
    def status_words(self) -> str:
        return ", ".join(map(str, self.statuses))


CODES = (
    Code("missing", (400, 422), "A field that is needed is absent, null or blank.", "Send it; `field` names it."),
    Code("required", (400,), "A parameter of a v3 list is missing; upstream's word for it.", "Send it."),
    Code(
        "invalid",
        (400, 422),
        "A value was read but cannot be used, such as an unknown identifier_type.",
        "The message says which values can be.",
    ),
    Code(
        "validation_error",
        (400,),
        "Something in a body or query on notification templates or staff notifications cannot be; the errors after it "
        "say what.",
        "Mend what they name.",
    ),
    Code("too_long", (422,), "A value that must be kept whole is over its limit.", "Shorten it."),
    Code("too_many", (422,), "More items than may come in one request.", "Send them in several requests."),
    Code(
        "unreadable",
        (400, 408),
        "The body or the head of the request cannot be read: broken JSON, an empty body, broken UTF-8, a double "
        "header. With 408: the body did not arrive in time.",
        "The message says where. Nothing was stored.",
    ),
    Code("duplicate_key", (400,), "A key or parameter stands twice, so its value is unclear.", "Send each once."),
    Code("too_deep", (400,), "Objects and lists are nested more than 8 deep.", "Send a flatter body."),
    Code("not_text", (422,), "An object or list stands where text belongs.", "Send text."),
    Code(
        "unauthorized",
        (401, 422),
        "The token or the business was not accepted; `errors` tells why.",
        "See the token_… codes and business_not_reachable.",
    ),
    Code("token_unknown", (401,), "There is no token, or none that we know.", "Check for a cut or mistyped token."),
    Code("token_expired", (401,), "The token's time is over.", "Make a new one, or rotate it in time."),
    Code("token_revoked", (401,), "The token was revoked.", "Ask whoever runs this server for a new one."),
    Code(
        "token_kind",
        (401, 422),
        "The token is known, but not of a kind, scope or place that may do this.",
        "The operation's page names the kinds and scopes it takes.",
    ),
    Code(
        "business_not_reachable",
        (401,),
        "This token reaches no business of that name. Missing and foreign ones are answered alike.",
        "Check the name and the token's businesses.",
    ),
    Code(
        "business_mismatch",
        (422,),
        "X-On-Behalf-Of and business_id name two businesses.",
        "Send one of them, or the same in both.",
    ),
    Code("not_found", (404, 422), "There is no such thing within this token's reach.", "Check the path and the uid."),
    Code("method", (405,), "The path does not take this method.", "`Allow` lists those it takes."),
    Code("media_type", (415,), "The Content-Type is none we read.", "Send application/json."),
    Code(
        "too_large",
        (413, 414),
        "The body is over 64 KiB (intake) or 1 MiB (elsewhere); with 414 the address is over 8 KiB.",
        "Send less.",
    ),
    Code("rate_limited", (429,), "Too many requests for this token.", "Wait as Retry-After says.", again=True),
    Code("busy", (503,), "The server is full right now.", "Send it again after Retry-After.", again=True),
    Code("unavailable", (503,), "The database is away or did not answer in time.", "Send it again.", again=True),
    Code("storage_full", (503,), "The disk of the database is full.", "Send it again later.", again=True),
    Code(
        "unstorable",
        (422,),
        "PostgreSQL refused exactly this request; the operator has been alerted.",
        "Report it with the request_id.",
    ),
    Code("key_reused", (422,), "The Idempotency-Key was used for another request.", "Take a new key."),
    Code(
        "key_in_flight",
        (409,),
        "The same Idempotency-Key is being worked on right now.",
        "Ask again after Retry-After: you get its answer.",
        again=True,
    ),
    Code(
        "already_done",
        (409,),
        "The same Idempotency-Key was used for this before, and its answer held a secret that is not kept.",
        "Nothing was done twice. Make a new one with a new key if the secret is lost.",
    ),
    Code("already_exists", (409, 422), "Something with this name or identity is there already.", "Use that one."),
    Code("unexpected", (500,), "A fault of ours.", "It is logged under the request_id: report it."),
)


def errors_markdown() -> str:
    """docs/reference/errors.md, whole."""
    return _INTRODUCTION + "\n".join(_section(code) for code in CODES)


_INTRODUCTION = """\
# Errors

Every refusal of the API has this body, with all faults of the request at once:

```json
{
  "status": "Error",
  "error": "Mandatory parameter email is missing",
  "error_code": "missing",
  "errors": [{"code": "missing", "field": "email", "message": "Mandatory parameter email is missing"}],
  "request_id": "0m5x4kq2v7c9t1ab"
}
```

`error_code` is the code of the first fault; under 401 it is `unauthorized` and `errors` says why.
`request_id` is also the `X-Request-Id` of the answer and the uid of the row in the request log.
409, 429 and 503 carry `Retry-After` in seconds. What the HTTP server refuses before it is read
(broken framing, a head over 16 KiB) has an empty body.

"""


def _section(code: Code) -> str:
    again = " The same request may succeed later." if code.again else ""
    return f"## {code.name}\n\nStatus {code.status_words}. {code.meaning}{again}\n\n**What to do:** {code.remedy}\n"
