import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy } from 'passport-openidconnect';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env;

passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));
passport.use(
  // snippet: secret
  new Strategy(
    {
      issuer: ISSUER,
      authorizationURL: `${ISSUER}/oauth2/authorize`,
      tokenURL: `${ISSUER}/oauth2/token`,
      userInfoURL: `${ISSUER}/oauth2/userinfo`,
      clientID: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      callbackURL: `http://localhost:${PORT}/callback`,
      scope: ['profile', 'email'],
      skipUserProfile: false,
    },
    (_issuer, profile, done) => done(null, profile),
  ),
  // end of snippet
);

express()
  .use(session({ secret: 'kept in the environment', resave: false, saveUninitialized: false }))
  .use(passport.session())
  .get('/login', passport.authenticate('openidconnect'))
  .get('/callback', passport.authenticate('openidconnect', { successRedirect: '/' }))
  .get('/', ({ user }, response) =>
    response.json({ person: { name: user.displayName, email: user.emails[0].value } }),
  )
  .listen(PORT, () => console.log('listening'));
