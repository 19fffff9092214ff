import type { Certificate } from '../certificate.ts';
import type { PathRefusal } from './path-refusal.ts';
import type { PathUsage } from './path-rules.ts';

export const ANY_EXTENDED_KEY_USAGE = '2.5.29.37.0';

const PURPOSES: Record<Exclude<PathUsage, 'any'>, string> = {
  'client-auth': '1.3.6.1.5.5.7.3.2',
  'server-auth': '1.3.6.1.5.5.7.3.1',
};
const NAMES = new Map([
  [PURPOSES['client-auth'], 'clientAuth'],
  [PURPOSES['server-auth'], 'serverAuth'],
  ['1.3.6.1.5.5.7.3.3', 'codeSigning'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['1.3.6.1.5.5.7.3.8', 'timeStamping'],
  ['1.3.6.1.5.5.7.3.9', 'OCSPSigning'],
]);

/**
 * RFC 5280 §4.2.1.12: an extended key usage, where present, must name the purpose or any. In a CA's
 * certificate it limits what that CA's certificates may be used for, as all path validators read it.
 */
export function extendedKeyUsageProblem(certificate: Certificate, usage: PathUsage): PathRefusal | undefined {
  const { extKeyUsage } = certificate.extensions;
  if (usage === 'any' || !extKeyUsage) return undefined;
  if (extKeyUsage.includes(PURPOSES[usage]) || extKeyUsage.includes(ANY_EXTENDED_KEY_USAGE)) return undefined;
  return {
    reason: 'extended-key-usage',
    certificate,
    field: 'extensions.extKeyUsage',
    expected: NAMES.get(PURPOSES[usage]) ?? PURPOSES[usage],
    presented: extKeyUsage
      .slice(0, 10)
      .map((oid) => NAMES.get(oid) ?? oid)
      .join(', '),
  };
}
