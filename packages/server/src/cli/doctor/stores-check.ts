import { readFile } from 'node:fs/promises';
import { readKeyStore } from '@countersign/x509/key-store';
import { serverKeyFile } from '../../config/deployment.ts';
import { UnusableStore } from '../../config/deployment-stores.ts';
import { readServerKey } from '../../config/server-key.ts';
import { check } from './check.ts';
import { type Found, failed, ok } from './finding.ts';

type Named = { readonly key: string; readonly file: string; readonly read: () => Promise<unknown> };

/** A file of certificates alone. @throws TypeError where it has none */
async function certificatesOf(file: string): Promise<void> {
  if ((await readKeyStore(await readFile(file), '')).length === 0)
    throw new TypeError('it holds no certificate');
}

/** Every store that deployment.toml names, each by itself: one that cannot be used hides no other. */
export const storesCheck = check('certificates', async ({ configuration }) => {
  const { keystore, truststore, trust_group, transport, outbound } = configuration.now();
  const { primary } = keystore;
  const { pinned_certificate } = transport.proxy;
  const { trusted_certificates_file } = outbound;
  const plain = (key: string, file: string | undefined): readonly Named[] =>
    file === undefined ? [] : [{ key, file, read: () => certificatesOf(file) }];
  const store = (key: string, file: string, password: string): Named => ({
    key,
    file,
    read: async () => readKeyStore(await readFile(file), password),
  });
  const all: readonly Named[] = [
    {
      key: 'keystore.primary',
      file: serverKeyFile(primary),
      read: async () => readServerKey(await readFile(serverKeyFile(primary)), primary),
    },
    store('truststore', truststore.file_name, truststore.password),
    ...trust_group.flatMap(({ name, file_name, password, crl_file }): readonly Named[] => [
      store(`trust_group.${name}`, file_name, password),
      ...(crl_file === undefined
        ? []
        : [{ key: `trust_group.${name}.crl_file`, file: crl_file, read: () => readFile(crl_file) }]),
    ]),
    ...plain('transport.proxy', pinned_certificate),
    ...plain('outbound', trusted_certificates_file),
  ];
  const unusable = await Promise.all(
    all.map(async ({ key, file, read }): Promise<readonly Found[]> => {
      try {
        await read();
        return [];
      } catch (error) {
        return [failed('store_unusable', new UnusableStore(key, file, error).message)];
      }
    }),
  );
  const found = unusable.flat();
  return found.length > 0 ? found : [ok(`${all.length} stores and files of certificates can be used`)];
});
