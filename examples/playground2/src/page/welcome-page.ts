import { html } from './html.ts';
import { layout } from './layout.ts';

export type Welcome = {
  readonly base: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly apiUrl: string;
  readonly thumbprint: string;
  /** After signing out. */
  readonly signedOut: boolean;
};

/** The page before anyone has signed in: what this is. */
export function welcomePage(welcome: Welcome): string {
  const { base, issuer, clientId, redirectUri, apiUrl, thumbprint, signedOut } = welcome;
  return layout({
    base,
    title: 'playground2 – mutual TLS for OAuth clients',
    body: html`
${signedOut && html`<p class="notice good" role="status">You have signed out.</p>`}
<section class="hero">
<h1>A token that is worth nothing without its key</h1>
<p class="lead">Sign in, and this application fetches your tokens over mutual TLS. Each of them is bound to the
application’s certificate. Then try them: with that certificate, with another, and with none.</p>
<p><a class="button" href="${base}sign-in">Sign in with Countersign</a></p>
</section>
<section aria-labelledby="steps">
<h2 id="steps">What happens</h2>
<ol class="steps">
<li><h3>You sign in</h3><p>Your browser goes to Countersign. The password stays there; a code comes back.</p></li>
<li><h3>The application proves itself</h3><p>It redeems the code over a TLS connection on which it shows its
certificate. It has no secret that could leak.</p></li>
<li><h3>The tokens are bound</h3><p>The access token names the certificate’s thumbprint, <code>cnf.x5t#S256</code>
(RFC 8705).</p></li>
<li><h3>The API checks</h3><p>It compares the thumbprint with the certificate of the connection, and refuses a
token that someone else carries.</p></li>
</ol>
</section>
<section class="card" aria-labelledby="facts">
<h2 id="facts">How this application is registered</h2>
<dl class="facts">
<div><dt>Authorization server</dt><dd>${issuer}</dd></div>
<div><dt>Client ID</dt><dd>${clientId}</dd></div>
<div><dt>Callback</dt><dd>${redirectUri}</dd></div>
<div><dt>Its certificate</dt><dd><code>${thumbprint}</code></dd></div>
<div><dt>Protected API</dt><dd>${apiUrl}</dd></div>
</dl>
</section>`,
  });
}
