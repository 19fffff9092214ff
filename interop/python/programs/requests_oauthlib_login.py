import os

from application import app, serve
from flask import redirect, request, session
from requests_oauthlib import OAuth2Session

ISSUER = os.environ["ISSUER"]


def countersign(**state):
    client = OAuth2Session(
        os.environ["CLIENT_ID"],
        redirect_uri=os.environ["REDIRECT_URI"],
        scope=["openid", "profile", "email"],
        **state,
    )
    if "CERTIFICATE" in os.environ:
        # snippet: mutual-tls
        client.cert = (os.environ["CERTIFICATE"], os.environ["KEY"])
        # end of snippet
    return client


# snippet: code
@app.get("/login")
def login():
    url, session["state"] = countersign().authorization_url(ISSUER + "/oauth2/authorize")
    return redirect(url)


@app.get("/callback")
def callback():
    client = countersign(state=session["state"])
    client.fetch_token(
        ISSUER + "/oauth2/token",
        client_secret=os.environ.get("CLIENT_SECRET"),
        authorization_response=request.url,
    )
    return client.get(ISSUER + "/oauth2/userinfo").json()
# end of snippet


serve()
