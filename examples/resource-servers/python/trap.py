"""What not to copy: Authlib's validator as it comes takes a bound token over any connection, and a token without a type."""

import os
from typing import Annotated

from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from fastapi import Depends, FastAPI

from certificate import serve
from tokens import BearerToken, Keys


# snippet: trap
class PlainTokens(JWTBearerTokenValidator):
    def __init__(self, issuer, audience):
        super().__init__(issuer, audience)
        self.keys = Keys(issuer)

    def get_jwks(self):
        return self.keys.current()


# end of snippet

app = FastAPI()
tokens = PlainTokens(os.environ["ISSUER"], os.environ["AUDIENCE"])


@app.get("/orders")
def orders(token: Annotated[dict, Depends(BearerToken(tokens, "orders.read"))]):
    return {"client_id": token["client_id"]}


if __name__ == "__main__":
    serve(app)
