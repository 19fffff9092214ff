import json
import os

if "CLIENT_SECRET" in os.environ:
    # snippet: secret
    from authlib.integrations.requests_client import OAuth2Session

    session = OAuth2Session(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
    token = session.fetch_token(
        os.environ["ISSUER"] + "/oauth2/token", grant_type="client_credentials"
    )
    # end of snippet
else:
    # snippet: mutual-tls
    from authlib.integrations.requests_client import OAuth2Session

    session = OAuth2Session(os.environ["CLIENT_ID"], token_endpoint_auth_method="none")
    session.cert = (os.environ["CERTIFICATE"], os.environ["KEY"])
    token = session.fetch_token(
        os.environ["ISSUER"] + "/oauth2/token", grant_type="client_credentials"
    )
    # end of snippet

print(json.dumps(token))
