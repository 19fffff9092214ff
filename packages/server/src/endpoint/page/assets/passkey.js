// Asks the browser for a passkey and hands its answer to the form, which is posted as any other.
for (const form of document.querySelectorAll('form[data-passkey]')) {
  const supported =
    window.PublicKeyCredential?.parseCreationOptionsFromJSON !== undefined &&
    window.PublicKeyCredential.prototype.toJSON !== undefined;
  if (!supported) continue;
  form.hidden = false;
  // The passkey comes first; what else there is stands behind it, unless it is what went wrong.
  const other = document.querySelector('details[data-unless-passkey]');
  if (other && !document.querySelector('[role="alert"] a[href="#code"]')) other.open = false;
  if (other && !document.querySelector('[autofocus]')) form.querySelector('button').focus();
  const options = JSON.parse(form.dataset.options);
  const answer = form.elements.namedItem('credential');
  const failed = document.getElementById(form.dataset.failed);

  form.addEventListener('submit', async (event) => {
    if (answer.value !== '') return;
    event.preventDefault();
    failed.hidden = true;
    try {
      const credential =
        form.dataset.passkey === 'create'
          ? await navigator.credentials.create({
              publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
            })
          : await navigator.credentials.get({
              publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
            });
      answer.value = JSON.stringify(credential.toJSON());
      form.requestSubmit();
    } catch {
      failed.hidden = false;
      failed.focus();
    }
  });
}
