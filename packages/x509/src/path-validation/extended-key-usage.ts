import type { Certificate } from '../certificate.ts';
import { KEY_PURPOSE, keyPurposeName } from '../object-identifiers.ts';
import type { PathRefusal } from './path-refusal.ts';
import type { PathUsage } from './path-rules.ts';

const PURPOSES: Record<Exclude<PathUsage, 'any'>, string> = {
  'client-auth': KEY_PURPOSE.clientAuth,
  'server-auth': KEY_PURPOSE.serverAuth,
};

/**
 * RFC 5280 §4.2.1.12: an extended key usage, where present, must name the purpose or any. In a CA's
 * certificate it limits what that CA's certificates may be used for, as all path validators read it.
 * @returns undefined when it allows the usage
 * @throws MalformedCertificate
 */
export function extendedKeyUsageProblem(certificate: Certificate, usage: PathUsage): PathRefusal | undefined {
  const { extKeyUsage } = certificate.extensions;
  if (usage === 'any' || !extKeyUsage) return undefined;
  const purpose = PURPOSES[usage];
  if (extKeyUsage.includes(purpose) || extKeyUsage.includes(KEY_PURPOSE.anyExtendedKeyUsage))
    return undefined;
  return {
    reason: 'extended-key-usage',
    certificate,
    field: 'extensions.extKeyUsage',
    expected: keyPurposeName(purpose),
    presented: extKeyUsage.slice(0, 10).map(keyPurposeName).join(', '),
  };
}
