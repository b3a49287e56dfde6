"""The words of a public form, for one that is run again: what was held is released, what was incomplete completed."""

from __future__ import annotations

from leadhall.core.db import Scope, scoped
from leadhall.core.errors import Invalid
from leadhall.forms.answers import Circumstances, read_answers
from leadhall.forms.keys import LiveForm
from leadhall.intake.identity import Identity, read_identity
from leadhall.intake.submission import Submission
from leadhall.requestlog.read import LoggedRequest
from leadhall.tenancy.caller import BusinessRef
from leadhall.tenancy.form_keys import get_form_key
from leadhall.web.api.caller import business_named
from leadhall.web.api.intake.styles import LeadgenStyle
from leadhall.web.api.intake.wire import Read
from leadhall.web.decode import decode_body, fingerprint
from leadhall.web.services import Services

POST_FORM = "post_form"


class FormStyle(LeadgenStyle):
    """Reads a form as it was read when it came, but for suspicion: a person looked at it."""

    def __init__(self, form: LiveForm, how: Circumstances) -> None:
        self._form = form
        self._how = how

    def read(self, content_type: str | None, body: bytes) -> Read:
        decoded = decode_body(content_type, body)
        answers = read_answers(decoded.content, self._form, self._how, decoded.files)
        return Read(answers.submission, business_named(decoded.content), fingerprint(decoded.content))

    def identify(self, submission: Submission, not_personal: frozenset[str]) -> Identity:
        return read_identity(submission, not_personal) if submission.identifier_type else Identity()


async def form_style(services: Services, business: BusinessRef, request: LoggedRequest) -> FormStyle:
    """The style of the form that a logged request came by, though its key be revoked meanwhile."""
    if request.token_uid is None:
        raise Invalid("Nobody knows which form this came by")
    async with scoped(services.app_pool, Scope.of([business.id])) as connection:
        key = await get_form_key(connection, business.id, request.token_uid)
    form = LiveForm(
        uid=key.uid, key=key.key, label=key.label, origins=tuple(key.origins), business_id=business.id,
        directory_id=business.directory_id, settings=key.settings,
    )  # fmt: skip
    return FormStyle(form, Circumstances(ip=request.ip, user_agent=request.user_agent, at=request.at))
