/** The form in which usernames are compared and guesses are counted: NFKC, lower case. */
export function canonicalUsername(username: string): string {
  return username.normalize('NFKC').toLowerCase();
}
