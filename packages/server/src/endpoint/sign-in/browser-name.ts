/** The browser a session is in, as far as its own word goes: enough to tell one's own apart. */
export function browserName(user_agent: string | undefined): string | undefined {
  const agent = user_agent ?? '';
  const browser = [
    ['Edge', /\bEdg/],
    ['Opera', /\bOPR\//],
    ['Firefox', /\bFirefox\//],
    ['Chrome', /\b(Headless)?(Chrome|Chromium|CriOS)\//],
    ['Safari', /\bSafari\//],
  ] as const;
  const system = [
    ['Android', /Android/],
    ['iPhone', /iPhone/],
    ['iPad', /iPad/],
    ['Windows', /Windows/],
    ['macOS', /Mac OS X/],
    ['Linux', /Linux/],
  ] as const;
  const first = (among: readonly (readonly [string, RegExp])[]) =>
    among.find(([, pattern]) => pattern.test(agent))?.[0];
  const known = [first(browser), first(system)].filter((name) => name !== undefined);
  return known.length > 0 ? known.join(', ') : undefined;
}
