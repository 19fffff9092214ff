const { oidc } = globalThis;
const { issuer, client_id } = await (await fetch('/settings.json')).json();
const show = (value) => {
  document.getElementById('result').textContent = JSON.stringify(value);
};

// snippet: public
const manager = new oidc.UserManager({
  authority: issuer,
  client_id,
  redirect_uri: `${location.origin}/`,
  scope: 'openid profile email',
  loadUserInfo: true,
});
// end of snippet

document.getElementById('login').addEventListener('click', () => manager.signinRedirect());
if (location.search.includes('code=')) {
  try {
    const user = await manager.signinRedirectCallback();
    const renewed = await manager.signinSilent();
    await manager.revokeTokens();
    show({ person: user.profile, renewed: renewed.access_token !== user.access_token });
  } catch (error) {
    show({ error: String(error) });
  }
}
