/**
 * The passwords most often found in breaches, in lower case: about fifty thousand, kept by zxcvbn-ts. Read when the first
 * password is set, for most commands and starts set none.
 */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common'].map((password) => password.toLowerCase())),
  );
  return loaded;
}

let loaded: Promise<ReadonlySet<string>> | undefined;
