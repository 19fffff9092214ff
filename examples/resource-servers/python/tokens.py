"""JWT access tokens (RFC 9068) that are bound to the caller's certificate (RFC 8705)."""

import base64
import hashlib
import threading
import time

import httpx
from authlib.oauth2 import ResourceProtector
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6750 import InsufficientScopeError, InvalidTokenError
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from fastapi import HTTPException, Request
from joserfc.jwk import KeySet

from certificate import certificate_of


# snippet: tokens
class BoundTokens(JWTBearerTokenValidator):
    """Accepts what Authlib does, if it is an access token by its type and bound to the caller's certificate."""

    def __init__(self, issuer, audience):
        super().__init__(issuer, audience)
        self.keys = Keys(issuer)

    def get_jwks(self):
        return self.keys.current()

    def authenticate_token(self, token_string):
        try:
            return super().authenticate_token(token_string)
        except InvalidTokenError:
            if not self.keys.renew():
                raise
            return super().authenticate_token(token_string)  # by a key that is new

    def validate_token(self, token, scopes, request, **kwargs):
        # Authlib takes a token without a type, for which an ID token may pass, and any algorithm it knows.
        typ = str(token.header.get("typ", "")).lower()
        if typ not in ("at+jwt", "application/at+jwt") or token.header["alg"] != "ES256":
            raise InvalidTokenError()
        if not bound_to(token.get("cnf"), certificate_of(request)):
            raise InvalidTokenError()
        super().validate_token(token, scopes, request, **kwargs)


def bound_to(cnf, certificate):
    """Whether a token is bound to the certificate (DER) and to nothing else: another member of `cnf`, as that of DPoP,
    is a proof that was not given."""
    if certificate is None:
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(certificate).digest())
    return cnf == {"x5t#S256": digest.rstrip(b"=").decode()}


class Keys:
    """The keys of an issuer: kept for five minutes, and longer while it cannot be reached."""

    def __init__(self, issuer):
        self.http = httpx.Client(timeout=5)  # trusts what SSL_CERT_FILE names
        self.metadata = f"{issuer}/.well-known/oauth-authorization-server"
        self.lock = threading.Lock()
        self.keys, self.tried_at = None, float("-inf")

    def current(self):
        self.renew(after=300)
        return self.keys

    def renew(self, after=10):
        """Reads them, unless that was tried a moment ago; returns whether it did."""
        with self.lock:
            if self.keys and time.monotonic() - self.tried_at < after:
                return False
            self.tried_at = time.monotonic()
            try:
                self.keys = KeySet.import_key_set(self.read(self.read(self.metadata)["jwks_uri"]))
                return True
            except (httpx.HTTPError, ValueError):
                if self.keys is None:
                    raise
                return False

    def read(self, url):
        return self.http.get(url).raise_for_status().json()


class BearerToken:
    """A dependency of FastAPI: the claims of a token that has the scope. Refuses as RFC 6750 §3 has it."""

    def __init__(self, tokens: BoundTokens, scope: str):
        self.protector = ResourceProtector()
        self.protector.register_token_validator(tokens)
        self.scope = scope

    def __call__(self, request: Request):
        try:
            return self.protector.validate_request([self.scope], request)
        except InsufficientScopeError:
            raise refused(403, f'Bearer error="insufficient_scope", scope="{self.scope}"')
        except InvalidTokenError:
            raise refused(401, 'Bearer error="invalid_token"')
        except OAuth2Error:
            raise refused(401, "Bearer")  # no token
        except (httpx.HTTPError, ValueError):
            raise HTTPException(503)  # no keys: nothing is said about the token


def refused(status, challenge):
    return HTTPException(status, headers={"WWW-Authenticate": challenge})


# end of snippet
