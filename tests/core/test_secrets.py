"""Secrets: those we compare are hashed, those we use are encrypted, and the key is made once."""

import hashlib
import hmac
import stat
import threading

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from leadhall.core.secrets import InstanceKey, hash_of, hint_of, instance_key, looks_mistyped, new_secret

KEY = InstanceKey(b"one")


def test_a_secret_says_its_kind_and_holds_256_bits():
    kind, secret = "lh_staff", new_secret("lh_staff")

    assert secret.startswith(f"{kind}_")
    assert len(secret) == len(kind) + 1 + 43 + 1 + 6


def test_no_two_secrets_are_alike():
    assert len({new_secret("lh_app") for _ in range(1000)}) == 1000


def test_a_fresh_secret_does_not_look_mistyped():
    assert not any(looks_mistyped(new_secret("lh_dir")) for _ in range(1000))


@given(st.integers(3, 200), st.characters(codec="ascii"))
def test_a_changed_letter_looks_mistyped(place, letter):
    secret = new_secret("lh_staff")
    place = 3 + place % (len(secret) - 3)
    changed = secret[:place] + letter + secret[place + 1 :]

    assert changed == secret or looks_mistyped(changed)


@pytest.mark.parametrize("secret", ["", "a" * 64, "eyJ.a.b", "fk_whatever", "LH_staff_x"])
def test_secrets_of_others_have_no_form_to_break(secret):
    assert not looks_mistyped(secret)


def test_a_hint_shows_where_a_secret_starts_and_its_last_four():
    assert hint_of("lh_staff_abcdefgh_123456") == "lh_staff…3456"


@pytest.mark.parametrize("text", ["", "é", "nul\0", "\udcff"])
def test_any_text_has_a_hash(text):
    assert len(hash_of(text)) == 32


@given(st.text())
def test_what_is_encrypted_comes_back(text):
    assert KEY.decrypt(KEY.encrypt(text, purpose="p"), purpose="p") == text


def test_the_same_text_is_encrypted_differently_each_time():
    assert KEY.encrypt("text", purpose="p") != KEY.encrypt("text", purpose="p")


@pytest.mark.parametrize(("key", "purpose"), [(InstanceKey(b"two"), "p"), (KEY, "q")])
def test_another_key_or_purpose_opens_nothing(key, purpose):
    sealed = KEY.encrypt("text", purpose="p")

    with pytest.raises(InvalidTag):
        key.decrypt(sealed, purpose=purpose)


def test_a_changed_byte_opens_nothing():
    sealed = bytearray(KEY.encrypt("text", purpose="p"))
    sealed[-1] ^= 1

    with pytest.raises(InvalidTag):
        KEY.decrypt(bytes(sealed), purpose="p")


@given(st.text(max_size=200))
def test_a_mark_is_the_hmac_of_the_standard_library(text):
    key = hashlib.sha256(b"leadhall hmac" + b"one").digest()

    assert KEY.mark(text) == hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")[:16]


def test_a_mark_is_the_same_for_the_same_text_and_key_only():
    assert KEY.mark("a@b.example") == InstanceKey(b"one").mark("a@b.example")
    assert len({KEY.mark("a@b.example"), KEY.mark("b@b.example"), InstanceKey(b"two").mark("a@b.example")}) == 3


def test_the_key_is_made_once_for_its_owner_alone(tmp_path):
    first = instance_key(None, tmp_path)

    assert instance_key(None, tmp_path).mark("x") == first.mark("x")
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_two_installations_have_two_keys(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    assert instance_key(None, tmp_path / "a").mark("x") != instance_key(None, tmp_path / "b").mark("x")


def test_many_who_start_at_once_have_one_key(tmp_path):
    marks = []
    threads = [threading.Thread(target=lambda: marks.append(instance_key(None, tmp_path).mark("x"))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(marks) == 20
    assert len(set(marks)) == 1


def test_a_key_that_is_given_goes_before_the_file(tmp_path):
    assert instance_key("given", tmp_path).mark("x") == InstanceKey(b"given").mark("x")
    assert not list(tmp_path.iterdir())


def test_an_emptied_key_file_is_an_error_and_no_key(tmp_path):
    (tmp_path / "secret_key").write_bytes(b"")

    with pytest.raises(ValueError, match="holds no key"):
        instance_key(None, tmp_path)
