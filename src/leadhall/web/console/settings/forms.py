"""Settings > Forms: keys for public forms, the pages they may stand in, and the code to put there."""

from __future__ import annotations

from leadhall.core.errors import NotFound
from leadhall.tenancy.form_keys import (
    FormSettings,
    change_form_key,
    create_form_key,
    get_form_key,
    list_form_keys,
    revoke_form_key,
)
from leadhall.web.call import Answer, Call
from leadhall.web.console.rows import Work, done, shown
from leadhall.web.console.settings.frame import looking, settings_page
from leadhall.web.console.told import see
from leadhall.web.form import Form

HERE = "/settings/forms"


async def show_forms(call: Call) -> Answer:
    async with looking(call) as (here, connection):
        keys = [each for each in await list_form_keys(connection, here.business_id) if each.revoked_at is None]
    settings = call.services.settings
    url = settings.public_url or f"http://127.0.0.1:{settings.port}"
    return await settings_page(call, "forms.html", "forms", keys=keys, url=url, business_uid=here.business_uid)


def _settings(form: Form) -> FormSettings:
    return FormSettings(
        email=form.has("email"),
        sms=form.has("sms"),
        auto_reply=form.has("auto_reply"),
        title=form.text("title"),
        thanks_url=form.text("thanks_url"),
    )


def _origins(form: Form) -> list[str]:
    return form.text("origins").split()


async def _make(work: Work) -> Answer:
    await create_form_key(
        work.connection, work.business_id, label=work.form.text("label"), origins=_origins(work.form),
        actor=work.person.caller().principal,
    )  # fmt: skip
    return see(HERE, "saved")


async def _change(work: Work) -> Answer:
    await change_form_key(
        work.connection, await _own(work), origins=_origins(work.form), settings=_settings(work.form),
        actor=work.person.caller().principal,
    )  # fmt: skip
    return see(HERE, "saved")


async def _revoke(work: Work) -> Answer:
    """Forms with this key take nothing from now on."""
    await revoke_form_key(work.connection, await _own(work), actor=work.person.caller().principal)
    return see(HERE, "saved")


async def _own(work: Work) -> str:
    key = await get_form_key(work.connection, work.business_id, work.call.path["form"])
    if key.revoked_at is not None:
        raise NotFound("Form key not found")
    return key.uid


OPERATIONS = (
    shown("forms", "Forms", HERE, show_forms, summary="Keys for public forms, and the code to put into a page."),
    done(
        "make_form", "Make a form key", HERE, _make, right="settings", summary="For one site or several.",
        fields={"label": "Main site", "origins": "https://www.harbour.example"},
    ),
    done(
        "change_form", "Change a form", "/settings/forms/{form}", _change, right="settings",
        summary="Its sites, who is told, what thanks.", fields={"email": "yes", "origins": "https://example.com"},
    ),
    done(
        "revoke_form", "Revoke a form key", "/settings/forms/{form}/revocation", _revoke, right="settings",
        summary="Forms with this key take nothing from now on.",
    ),
)  # fmt: skip
