"""A multipart body as curl writes one."""


def multipart(fields):
    """Body and Content-Type of a form with these fields; bytes are a file, whose name nobody should trust."""
    boundary = "------------------------d74496d66958873e"
    body = b""
    for name, value in fields.items():
        filename = '; filename="../../etc/passwd.csv"' if isinstance(value, bytes) else ""
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{filename}\r\n\r\n'.encode()
        body += (value if isinstance(value, bytes) else str(value).encode()) + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
