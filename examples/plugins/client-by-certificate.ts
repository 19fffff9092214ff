import type { PlugInAuthenticator } from 'countersign/plug-in';

/**
 * Lets in clients that cannot send a client_id: the certificate alone says who they are.
 *
 *   [[event_listener]]
 *   id = "devices"
 *   name = "client-by-certificate"
 *   order = 100
 *   properties = { "<x5t#S256 of the certificate>" = "<client_id>" }
 *
 * A certificate that is listed stands for its client; every other request is left to the authenticators after this
 * one. Whoever is listed here is believed whatever the certificate's dates say, so this checks them itself.
 */
const clientByCertificate: PlugInAuthenticator = {
  name: 'client-by-certificate',
  authenticate({ client_id, certificate }, properties) {
    if (certificate === undefined) return { outcome: 'passed' };
    const listed = properties[certificate['x5t#S256']];
    if (typeof listed !== 'string') return { outcome: 'passed' };
    if (client_id !== undefined && client_id !== listed) {
      return { outcome: 'refused', reason: `the certificate is that of ${listed}, not of ${client_id}` };
    }
    const now = Date.now();
    const { not_before = '', not_after = '' } = certificate;
    // Neither comparison holds for a time that is none, so that such a certificate is refused.
    if (!(Date.parse(not_before) <= now && now <= Date.parse(not_after))) {
      return { outcome: 'refused', reason: `the certificate is valid from ${not_before} to ${not_after}` };
    }
    return { outcome: 'accepted', client_id: listed };
  },
};

export default clientByCertificate;
