export {
  detectKeyStoreType,
  entryCertificate,
  isKeyStore,
  type KeyStoreEntry,
  KeyStoreError,
  type KeyStoreFault,
  type KeyStoreType,
  type PrivateKeyEntry,
  privateKeyEntry,
  readKeyStore,
  type TrustedCertificateEntry,
} from './key-store/key-store.ts';
export { writePkcs12 } from './key-store/pkcs12-writer.ts';
