"""Prints the subject of each certificate file as Python's cryptography writes it: file, writing and base64."""

import base64
import sys

from cryptography import x509

for file in sys.argv[1:]:
    with open(file, "rb") as stream:
        subject = x509.load_pem_x509_certificate(stream.read()).subject
    text = subject.rfc4514_string()
    print(file, "rfc4514_string", base64.b64encode(text.encode()).decode())
