import os

# snippet: service
import ssl
import threading
import time
from pathlib import Path

import httpx


class Tokens(httpx.Auth):
    """Tokens for one certificate: fetched once, renewed before their end."""

    def __init__(self, token_endpoint, client_id):
        self._endpoint = token_endpoint
        self._form = {"grant_type": "client_credentials", "client_id": client_id}
        self._lock = threading.Lock()
        self._renew_at = 0.0

    def sync_auth_flow(self, request):
        with self._lock:  # one request for a token at a time
            if time.monotonic() >= self._renew_at:
                answer = yield httpx.Request("POST", self._endpoint, data=self._form)
                answer.read()
                token = answer.raise_for_status().json()
                self._header = "Bearer " + token["access_token"]
                self._renew_at = time.monotonic() + 0.8 * token["expires_in"]
            request.headers["Authorization"] = self._header
        yield request


class Service:
    """Calls APIs with tokens that are bound to its certificate. Each certificate has a client of its own, so that
    neither connections nor tokens of one are used with those of another."""

    def __init__(self, token_endpoint, client_id, certificate, key):
        self._told = (token_endpoint, client_id)
        self._certificate, self._key = Path(certificate), Path(key)
        self._lock = threading.Lock()
        self._loaded = self._client = None

    def client(self):
        """The one for the next call."""
        with self._lock:
            try:
                loaded = self._certificate.read_bytes()
                if loaded != self._loaded:
                    tls = ssl.create_default_context()
                    tls.load_cert_chain(self._certificate, self._key)
                    self._client = httpx.Client(verify=tls, auth=Tokens(*self._told))
                    self._loaded = loaded
            except OSError:  # being renewed, or broken: the last good pair goes on
                if self._client is None:
                    raise
            return self._client
# end of snippet


service = Service(
    os.environ["ISSUER"] + "/oauth2/token",
    os.environ["CLIENT_ID"],
    os.environ["CERTIFICATE"],
    os.environ["KEY"],
)
while True:
    response = service.client().get(os.environ["API"])
    if response.status_code == 410:
        break
    response.raise_for_status()
    time.sleep(0.2)
