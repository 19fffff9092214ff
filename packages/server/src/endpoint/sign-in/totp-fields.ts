import { encode } from 'uqr';
import { field } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';

/** What sets an authenticator app up. */
export type TotpSetUp = {
  /** In base32, for people to type. */
  readonly secret: string;
  /** The same as a URI, for apps to scan. */
  readonly uri: string;
};

/** A QR code as a drawing: one path of squares. */
function qrCode(text: string, label: string): Html {
  const { size, data } = encode(text, { ecc: 'M', border: 3 });
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#ffffff"/><path d="${squares.join('')}" fill="#000000"/></svg>`;
}

/** What a person sets an authenticator app up with: to scan, and to type. */
export const totpToScan = (language: Language, { secret, uri }: TotpSetUp): Html =>
  html`<p>${language.text('account.totpscan')}</p>
${qrCode(uri, language.text('account.totpqr'))}
<p>${language.text('account.totptype')}</p>
<p class="secret">${secret.match(/.{4}/g)?.join(' ')}</p>`;

/** The field for the code that shows that the app works. @param problem what is wrong with the one typed */
export const totpCodeField = (language: Language, problem: string | undefined): Html =>
  field({
    name: 'code',
    label: language.text('account.totpcode'),
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    code: true,
    maxlength: 20,
    problem,
  });
