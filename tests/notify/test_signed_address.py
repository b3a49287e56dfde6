"""Addresses that only we can make: they name a conversation or a delivery, and nothing forged is read."""

from __future__ import annotations

import pytest

from leadhall.core.ids import mint
from leadhall.core.secrets import InstanceKey
from leadhall.notify.reply_to import ReplyTo, read_reply_address, reply_address
from leadhall.notify.return_path import ReturnPath, read_return_path, return_path

DOMAIN = "in.example.com"
LOCAL_PART_MOST_CHARS = 64


@pytest.mark.parametrize("role", ["lead", "staff"])
@pytest.mark.parametrize("business_id", [0, 7, 2**62])
def test_an_answer_finds_its_conversation_and_as_whom_it_comes(key, role, business_id):
    uid = mint()
    address = reply_address(key, DOMAIN, role=role, business_id=business_id, conversation_uid=uid)

    assert read_reply_address(key, address) == ReplyTo(role, business_id, uid)
    assert len(address.partition("@")[0]) <= LOCAL_PART_MOST_CHARS


def test_a_server_on_the_way_may_write_it_in_capitals(key):
    address = reply_address(key, DOMAIN, role="lead", business_id=3, conversation_uid=mint())

    assert read_reply_address(key, address.upper()) == read_reply_address(key, address)


def test_a_bounce_finds_its_delivery(key):
    uid = mint()

    assert read_return_path(key, return_path(key, DOMAIN, business_id=3, delivery_uid=uid)) == ReturnPath(3, uid)


def test_changing_any_letter_makes_it_nobodys(key):
    address = reply_address(key, DOMAIN, role="lead", business_id=3, conversation_uid=mint())
    token = address.partition("@")[0]

    for place in range(2, len(token)):
        forged = token[:place] + ("0" if token[place] != "0" else "1") + token[place + 1 :]
        assert read_reply_address(key, f"{forged}@{DOMAIN}") is None


def test_the_leads_address_is_not_the_staffs(key):
    uid = mint()
    lead = reply_address(key, DOMAIN, role="lead", business_id=3, conversation_uid=uid)
    staff = reply_address(key, DOMAIN, role="staff", business_id=3, conversation_uid=uid)

    assert read_reply_address(key, lead.replace("r+c", "r+s")) is None
    assert lead != staff


def test_a_return_path_is_no_reply_address_and_another_installations_neither(key):
    path = return_path(key, DOMAIN, business_id=3, delivery_uid=mint())
    theirs = reply_address(InstanceKey(b"another"), DOMAIN, role="lead", business_id=3, conversation_uid=mint())

    assert read_reply_address(key, path) is None
    assert read_reply_address(key, "r" + path[1:]) is None
    assert read_reply_address(key, theirs) is None


@pytest.mark.parametrize("address", ["", "r+", "r+x@", "r@in.example.com", "x+c1@y", "r+" + "c" * 500 + "@y", "@", "é"])
def test_what_is_no_address_of_ours_is_read_as_none(key, address):
    assert read_reply_address(key, address) is None
    assert read_return_path(key, address) is None
