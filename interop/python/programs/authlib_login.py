import os

from application import app, serve
from authlib.integrations.flask_client import OAuth

oauth = OAuth(app)

if "CLIENT_SECRET" in os.environ:
    # snippet: secret
    oauth.register(
        "countersign",
        server_metadata_url=os.environ["ISSUER"] + "/.well-known/openid-configuration",
        client_id=os.environ["CLIENT_ID"],
        client_secret=os.environ["CLIENT_SECRET"],
        client_kwargs={"scope": "openid profile email"},
    )
    # end of snippet
else:
    # snippet: mutual-tls
    oauth.register(
        "countersign",
        server_metadata_url=os.environ["ISSUER"] + "/.well-known/openid-configuration",
        client_id=os.environ["CLIENT_ID"],
        client_kwargs={
            "scope": "openid profile email",
            "token_endpoint_auth_method": "none",
            "cert": (os.environ["CERTIFICATE"], os.environ["KEY"]),
        },
    )
    # end of snippet


# snippet: code
@app.get("/login")
def login():
    return oauth.countersign.authorize_redirect(os.environ["REDIRECT_URI"])


@app.get("/callback")
def callback():
    token = oauth.countersign.authorize_access_token()
    return oauth.countersign.userinfo(token=token)
# end of snippet


serve()
