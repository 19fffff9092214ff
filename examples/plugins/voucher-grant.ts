import { createHash } from 'node:crypto';
import type { PlugInGrant } from 'countersign/plug-in';

/** The SHA-256 of each voucher, and what it is good for. A real one would keep them in a database. */
const VOUCHERS: Readonly<Record<string, { readonly scope: string; readonly lifetime: number }>> = {
  // printf %s correct-horse | openssl dgst -sha256 -hex
  '9dca666eb54730714630d1519264a7bf1eeaad00b8f2edc90d3ecbfad928d163': { scope: 'print', lifetime: 300 },
};

/**
 * A grant type of one's own: a client shows a voucher and gets a short-lived token for what the voucher is good for.
 * Put it into repository/components/dropins and register clients with
 * `--grant-types https://example.com/grants/voucher --scope print`; then
 *
 *   curl … -d grant_type=https://example.com/grants/voucher -d voucher=correct-horse
 */
const voucherGrant: PlugInGrant = {
  kind: 'grant',
  grant_type: 'https://example.com/grants/voucher',
  plan({ parameter }) {
    const voucher = parameter('voucher');
    if (voucher === undefined) {
      return { outcome: 'refused', error: 'invalid_request', reason: 'the parameter voucher is missing' };
    }
    const found = VOUCHERS[createHash('sha256').update(voucher).digest('hex')];
    if (!found) return { outcome: 'refused', reason: 'the voucher is not known' };
    return { outcome: 'granted', ...found };
  },
};

export default voucherGrant;
