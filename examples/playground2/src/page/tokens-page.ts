import { timeText } from '@countersign/x509';
import type { Identity } from '../identity.ts';
import { boundThumbprint, decodedJwt } from '../json.ts';
import type { SignedInSession } from '../session.ts';
import { type Html, type HtmlValue, html } from './html.ts';
import { layout } from './layout.ts';
import { outcomePanel } from './outcome-panel.ts';

/** What the person can do: the last part of the form's address, and what its button says. */
type Action = { readonly name: string; readonly label: string; readonly second?: true };

const CALLS: readonly Action[] = [
  { name: 'call-with-certificate', label: 'With the right certificate' },
  { name: 'call-with-stranger', label: 'With a wrong certificate', second: true },
  { name: 'call-without-certificate', label: 'Without a certificate', second: true },
  { name: 'call-as-application', label: 'As the application', second: true },
];
const LIFE: readonly Action[] = [
  { name: 'refresh', label: 'Refresh the tokens', second: true },
  { name: 'introspect', label: 'Introspect the access token', second: true },
  { name: 'revoke', label: 'Revoke the tokens', second: true },
];

/** Claims that hold a time, in seconds since the epoch. */
const TIMES = new Set(['exp', 'iat', 'nbf', 'auth_time']);

/** JSON as it stands, times explained and the binding marked. */
function json(
  document: Readonly<Record<string, unknown>>,
  thumbprint: string | undefined,
): readonly HtmlValue[] {
  return JSON.stringify(document, null, 2)
    .split('\n')
    .map((line) => {
      const [, name = '', time = ''] = /^ {2}"(\w+)": (\d+),?$/.exec(line) ?? [];
      if (TIMES.has(name)) {
        const at = timeText(Number(time) * 1000).replace('.000Z', 'Z');
        return html`${line} <span class="quiet">${at}</span>\n`;
      }
      if (thumbprint === undefined || !line.includes(thumbprint)) return html`${line}\n`;
      const text = line.trimStart();
      return html`${line.slice(0, -text.length)}<mark>${text}</mark>\n`;
    });
}

function tokenPanel(title: string, id: string, token: string, text: string): Html {
  const decoded = decodedJwt(token);
  return html`<section class="card token" aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
<p class="quiet">${text}</p>
${
  decoded
    ? html`<h3>Header</h3>
<pre tabindex="0" role="region" aria-label="${title}: header">${json(decoded.header, undefined)}</pre>
<h3>Claims</h3>
<pre tabindex="0" role="region" aria-label="${title}: claims">${json(decoded.claims, boundThumbprint(decoded.claims))}</pre>`
    : html`<p>It is opaque: what it says, introspection tells.</p>`
}
<details><summary>As it is sent</summary><p class="raw"><code>${token}</code></p></details>
</section>`;
}

function bindingPanel(bound: string | undefined, { thumbprint, subject }: Identity): Html {
  const equal = bound === thumbprint;
  return html`<section class="card binding" aria-labelledby="binding">
<h2 id="binding">The binding</h2>
<dl class="compare">
<div><dt>The access token says, in <code>cnf.x5t#S256</code></dt><dd><code>${bound ?? 'nothing'}</code></dd></div>
<div><dt>The SHA-256 of this application’s certificate, ${subject}</dt><dd><code>${thumbprint}</code></dd></div>
</dl>
<p><span class="badge ${equal ? 'good' : 'refused'}">${equal ? '= Equal' : '≠ Not equal'}</span> ${
    equal
      ? 'Only a connection that proves the key of this certificate can use the token.'
      : 'The token is not bound to this application’s certificate.'
  }</p>
</section>`;
}

/** The page of a person who is signed in. */
export function tokensPage(base: string, session: SignedInSession, application: Identity): string {
  const { person, tokens, outcome } = session.state;
  const formToken = html`<input type="hidden" name="form_token" value="${session.formToken}">`;
  const form = ({ name, label, second }: Action): Html =>
    html`<form method="post" action="${base}actions/${name}">${formToken}<button type="submit"${
      second && html` class="second"`
    }>${label}</button></form>`;
  const bound = boundThumbprint(decodedJwt(tokens.access_token)?.claims);
  return layout({
    base,
    title: 'Signed in – playground2',
    aside: form({ name: 'sign-out', label: 'Sign out', second: true }),
    body: html`<section class="person">
<h1>Hello, ${person.name ?? person.email ?? person.sub}</h1>
<p class="quiet">Signed in as ${person.email !== undefined && html`${person.email}, `}subject <code>${person.sub}</code>.</p>
</section>
${outcome && outcomePanel(outcome)}
${bindingPanel(bound, application)}
<section class="card" aria-labelledby="calls">
<h2 id="calls">Call the protected API</h2>
<p>It listens with mutual TLS and takes the token only from whom it is bound to. The wrong certificate has the same
subject and another key.</p>
<div class="actions">${CALLS.map(form)}</div>
</section>
<section class="card" aria-labelledby="life">
<h2 id="life">The life of the tokens</h2>
<p>All of it over mutual TLS as well. ${
      tokens.refresh_token === undefined
        ? 'There is no refresh token.'
        : 'The refresh token is kept: nobody but the application can use it.'
    }</p>
<div class="actions">${LIFE.map(form)}</div>
</section>
<div class="pair">
${tokenPanel('ID token', 'id-token', tokens.id_token, 'For this application: who signed in, when and how.')}
${tokenPanel('Access token', 'access-token', tokens.access_token, 'For the API: what may be done, and by whom.')}
</div>`,
  });
}
