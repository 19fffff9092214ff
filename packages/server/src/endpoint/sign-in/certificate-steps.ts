import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';

/** How a person comes to sign in with a certificate, step by step, and what to do when none arrives. */
export const certificateSteps = (language: Language): Html => html`<details class="other">
<summary>${language.text('certificate.how')}</summary>
<ol class="steps">
<li>${language.text('certificate.get')}</li>
<li>${language.text('certificate.install')}</li>
<li>${language.text('certificate.register')}</li>
<li>${language.text('certificate.choose')}</li>
</ol>
<p class="quiet small">${language.text('certificate.trouble')}</p>
</details>`;
