import json
import os

if "CLIENT_SECRET" in os.environ:
    # snippet: secret
    from oauthlib.oauth2 import BackendApplicationClient
    from requests_oauthlib import OAuth2Session

    session = OAuth2Session(client=BackendApplicationClient(os.environ["CLIENT_ID"]))
    token = session.fetch_token(
        os.environ["ISSUER"] + "/oauth2/token", client_secret=os.environ["CLIENT_SECRET"]
    )
    # end of snippet
else:
    # snippet: mutual-tls
    from oauthlib.oauth2 import BackendApplicationClient
    from requests_oauthlib import OAuth2Session

    session = OAuth2Session(client=BackendApplicationClient(os.environ["CLIENT_ID"]))
    session.cert = (os.environ["CERTIFICATE"], os.environ["KEY"])
    token = session.fetch_token(os.environ["ISSUER"] + "/oauth2/token")
    # end of snippet

print(json.dumps(token))
