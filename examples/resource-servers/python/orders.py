"""An API that takes certificate-bound access tokens and no others."""

import os
from typing import Annotated

from fastapi import Depends, FastAPI

from certificate import serve
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
    serve(app)
# end of snippet
