"""The certificate that a caller proved, which servers for Python do not hand to applications by themselves."""

import base64
import os
import ssl

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

PROXY = os.environ.get("PROXY")


# snippet: server
class CertificateProtocol(H11Protocol):
    """Uvicorn's HTTP, which tells the application the caller's certificate as the TLS extension of ASGI has it."""

    def connection_made(self, transport):
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        certificate = tls.getpeercert(binary_form=True) if tls else None
        chain = [ssl.DER_cert_to_PEM_cert(certificate)] if certificate else []
        app = self.app

        async def told(scope, receive, send):
            extensions = scope.get("extensions", {}) | {"tls": {"client_cert_chain": chain}}
            await app({**scope, "extensions": extensions}, receive, send)

        self.app = told


def serve(app):
    uvicorn.run(
        app,
        host="localhost",
        port=int(os.environ["PORT"]),
        http=CertificateProtocol,
        ssl_certfile=os.environ["API_CERTIFICATE"],
        ssl_keyfile=os.environ["API_KEY"],
        ssl_cert_reqs=ssl.CERT_OPTIONAL,
        ssl_ca_certs=os.environ["CLIENT_CERTIFICATES"],
        proxy_headers=False,  # else X-Forwarded-For says whose connection it is
    )


# end of snippet


# snippet: certificate
def certificate_of(request):
    """DER: of this connection, or, where a proxy ends TLS, what its header Client-Cert says (RFC 9440). The header counts
    from the proxy alone, and the proxy's own certificate is nobody's."""
    if PROXY and request.client.host == PROXY:
        values = request.headers.getlist("client-cert")
        try:
            return base64.b64decode(values[0].strip(":"), validate=True) if len(values) == 1 else None
        except ValueError:
            return None
    chain = request.scope.get("extensions", {}).get("tls", {}).get("client_cert_chain")
    return ssl.PEM_cert_to_DER_cert(chain[0]) if chain else None


# end of snippet
