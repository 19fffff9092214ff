/** The passwords most often found in breaches, in lower case. */
export type CommonPasswords = {
  /** About fifty thousand. */
  readonly all: ReadonlySet<string>;
  /** Those of them that people put digits and signs around, and think it another password. */
  readonly commonest: ReadonlySet<string>;
};

const COMMONEST = 1000;

async function load(): Promise<CommonPasswords> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  // The commonest come first.
  const passwords = dictionary['passwords-common'].map((password) => password.toLowerCase());
  return { all: new Set(passwords), commonest: new Set(passwords.slice(0, COMMONEST)) };
}

let loaded: Promise<CommonPasswords> | undefined;

/** The list that zxcvbn-ts keeps. It is read when the first password is set, for most commands and starts set none. */
export function commonPasswords(): Promise<CommonPasswords> {
  loaded ??= load();
  return loaded;
}
