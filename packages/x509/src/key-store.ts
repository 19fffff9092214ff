export {
  type KeyStoreEntry,
  KeyStoreError,
  type KeyStoreType,
  type PrivateKeyEntry,
  privateKeyEntry,
  readKeyStore,
} from './key-store/key-store.ts';
export { writePkcs12 } from './key-store/pkcs12-writer.ts';
