import { readFileSync } from 'node:fs';
import express from 'express';
import session from 'express-session';
import * as client from 'openid-client';
import { Strategy } from 'openid-client/passport';
import passport from 'passport';
import { Agent, fetch } from 'undici';

const { ISSUER, CLIENT_ID, CERTIFICATE, KEY, PORT } = process.env;

// snippet: mutual-tls
const dispatcher = new Agent({ connect: { cert: readFileSync(CERTIFICATE), key: readFileSync(KEY) } });
const config = await client.discovery(
  new URL(ISSUER),
  CLIENT_ID,
  { use_mtls_endpoint_aliases: true },
  client.TlsClientAuth(),
  { [client.customFetch]: (url, options) => fetch(url, { ...options, dispatcher }) },
);
const strategy = new Strategy(
  { config, callbackURL: `http://localhost:${PORT}/callback`, scope: 'openid profile email' },
  async (tokens, verified) => {
    const { access_token } = tokens;
    const person = await client.fetchUserInfo(config, access_token, tokens.claims().sub);
    verified(null, { person, access_token });
  },
);
// end of snippet

passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
passport.use('countersign', strategy);

express()
  .use(session({ secret: 'kept in the environment', resave: false, saveUninitialized: false }))
  .use(passport.session())
  .get('/login', passport.authenticate('countersign'))
  .get('/callback', passport.authenticate('countersign', { successRedirect: '/' }))
  .get('/', ({ user }, response) => response.json(user))
  .listen(PORT, () => console.log('listening'));
