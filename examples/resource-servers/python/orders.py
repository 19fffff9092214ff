"""An API that takes certificate-bound access tokens and no others."""

import os
import ssl
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI

from certificate import CertificateProtocol
from tokens import BearerToken, BoundTokens

# snippet: api
app = FastAPI()
tokens = BoundTokens(os.environ["ISSUER"], os.environ["AUDIENCE"])


@app.get("/orders")
def orders(token: Annotated[dict, Depends(BearerToken(tokens, "orders.read"))]):
    return {"client_id": token["client_id"], "sub": token["sub"]}


@app.post("/orders")
def order(token: Annotated[dict, Depends(BearerToken(tokens, "orders.write"))]):
    return {"client_id": token["client_id"], "sub": token["sub"]}


if __name__ == "__main__":
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
