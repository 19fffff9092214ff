"""The application on Flask to which the programs beside it give a sign-in."""

import os
import secrets

from flask import Flask

app = Flask("reports")
app.secret_key = secrets.token_hex()


def serve():
    app.run("127.0.0.1", int(os.environ["PORT"]))
