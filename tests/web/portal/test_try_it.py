"""Try It in a real browser: examples, sending, the answer, faults at their fields, the request in every language."""

import pytest

from tests.browser import expecting, take_cookie
from tests.web.leads import send_lead


@pytest.fixture
async def form(page, served, owner_reads):
    """The page of *Create a lead*, before anything was sent."""
    await take_cookie(page, served, owner_reads.cookie)
    await page.goto(f"{served}/docs/reference/create-a-lead")
    return page


def control(form, name):
    return form.locator(f'[data-part="body"] [data-name="{name}"]')


async def test_before_sending_examples_are_offered_and_one_fills_the_form(form, world):
    await expecting(form.locator("#answer")).to_have_text("Click Try It, or choose an example:")
    await form.locator(".answer-example").first.locator("summary").click()
    await expecting(form.locator(".answer-example pre").first).to_contain_text('"conversation_uid"')
    await form.select_option("#try-example", label="The least")

    await expecting(control(form, "business_id").locator("input")).to_have_value(world.first.uid)
    await expecting(control(form, "consent_text")).to_be_hidden()
    await form.select_option("#try-example", label="Everything")
    await expecting(control(form, "consent_text")).to_be_visible()
    assert await control(form, "request_data").locator(".pair").count() > 1


async def test_what_is_typed_in_fields_or_as_json_stands_in_every_language_with_the_readers_token(form, world):
    await form.select_option("#try-example", label="The least")
    await control(form, "first_name").locator("input").fill("Zoë O'Neil")
    told = {"curl": "Zoë O'\\''Neil", "python": "Zoë O'Neil", "node": "Zoë O'Neil", "php": "Zoë O\\'Neil"}
    for language, words in told.items():
        code = form.locator(f'[data-sample="{language}"]')
        await expecting(code).to_contain_text(words)
        await expecting(code).to_contain_text(f"Bearer {world.first.token}")
        await expecting(code).to_contain_text("Dry-Run")
    await form.locator("#try-raw").check()
    text = form.locator("#try-json")
    await text.fill((await text.input_value()).replace("Zoë", "Yael"))
    await expecting(form.locator('[data-sample="python"]')).to_contain_text("Yael")
    await expecting(control(form, "first_name")).to_be_hidden()


async def test_it_is_answered_with_status_time_headers_and_body_first_dry_then_for_real(form, owner):
    await form.select_option("#try-example", label="The least")
    await form.get_by_role("button", name="Try It").click()
    answer = form.locator("#answer")

    await expecting(answer.locator(".answer-line")).to_contain_text("200")
    await expecting(answer.locator(".answer-line")).to_contain_text("ms")
    await expecting(answer.locator("pre").first.locator(".t").first).to_have_text('"status"')
    await expecting(answer.locator("details")).to_contain_text("x-request-id: ")
    dry = await owner.fetchval("select count(*) from lead")
    await form.locator("#try-dry").uncheck()
    await form.get_by_role("button", name="Try It").click()
    await expecting(form.locator("#answer .status")).to_have_text("201")

    assert (dry, await owner.fetchval("select count(*) from lead")) == (0, 1)


async def test_faults_stand_at_their_fields(form, troubles):
    await form.select_option("#try-example", label="The least")
    await control(form, "email").locator("input").fill("nobody")
    await control(form, "request_title").locator("input").fill("")
    await form.get_by_role("button", name="Try It").click()

    await expecting(control(form, "email").locator(".fault")).to_contain_text("@")
    await expecting(control(form, "request_title").locator(".fault")).to_contain_text("missing")
    assert [each for each in troubles if "422" not in each] == []
    troubles.clear()


async def test_a_logged_request_is_opened_in_the_form(page, served, owner_reads, ask, world):
    lead = await send_lead(ask, world.first.token, request_title="Tiles & taps")
    await take_cookie(page, served, owner_reads.cookie)
    await page.goto(f"{served}/docs/requests/{lead['request_id']}")
    await page.get_by_role("link", name="Open in Try It").click()

    await expecting(control(page, "request_title").locator("input")).to_have_value("Tiles & taps")
