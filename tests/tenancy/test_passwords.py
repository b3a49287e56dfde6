"""What is kept of a password."""

from leadhall.tenancy.passwords import hash_password, is_password


async def test_a_password_is_kept_as_argon2id():
    first, second = await hash_password("correct horse"), await hash_password("correct horse")

    assert first.startswith("$argon2id$")
    assert first != second
    assert is_password(first, "correct horse")
    assert not is_password(first, "correct horses")


def test_what_is_no_hash_lets_nobody_in():
    assert not is_password("correct horse", "correct horse")
