const BLOCK =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** The certificates in PEM format that stand in a text, one by one; empty where it is another format. */
export const certificatesIn = (text: string): readonly string[] => text.match(BLOCK) ?? [];
