/**
 * The value of a claim of OIDC Core §5.1 that another server keeps as text, in the type that the standard gives it; a text
 * that is none of that type stays one, and whoever judges the claim refuses it.
 */
export function claimValue(claim: string, text: string): unknown {
  if (claim === 'email_verified' || claim === 'phone_number_verified') return text.toLowerCase() === 'true';
  return claim === 'updated_at' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
