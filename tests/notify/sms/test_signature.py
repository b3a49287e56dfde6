import pytest

from leadhall.notify.sms.signature import is_signed, sign

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = [
    ("Digits", "1234"),
    ("To", "+18005551212"),
    ("From", "+12349013030"),
    ("Caller", "+12349013030"),
    ("CallSid", "CA1234567890ABCDE"),
]
KNOWN = "0/KCTR6DLpKmkAf8muzZqo1nDgQ="  # the example that the provider publishes


def test_the_published_example_is_signed_as_published():
    assert sign("12345", URL, FORM) == KNOWN
    assert is_signed("12345", URL, FORM, KNOWN)


@pytest.mark.parametrize(
    ("secret", "url", "form", "signature"),
    [
        ("12346", URL, FORM, KNOWN),
        ("12345", URL + "&x=1", FORM, KNOWN),
        ("12345", URL.replace("https", "http"), FORM, KNOWN),
        ("12345", URL, [*FORM, ("X", "1")], KNOWN),
        ("12345", URL, FORM[1:], KNOWN),
        ("12345", URL, FORM, ""),
        ("12345", URL, FORM, "é"),
        ("12345", URL, FORM, KNOWN.lower()),
    ],
)
def test_whatever_else_was_sent_is_not_signed(secret, url, form, signature):
    assert not is_signed(secret, url, form, signature)


def test_an_address_signed_with_its_port_spelled_out_is_the_same_address():
    assert is_signed("k", "https://a.example/x", [], sign("k", "https://a.example:443/x", []))
    assert is_signed("k", "http://[::1]/x", [], sign("k", "http://[::1]:80/x", []))
    assert not is_signed("k", "https://a.example:8443/x", [], sign("k", "https://a.example/x", []))
