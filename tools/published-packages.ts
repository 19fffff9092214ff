/** The packages that others install, by their folders below `packages`. */
export const PUBLISHED = ['x509', 'forwarded-certificate', 'resource-server', 'client', 'server'] as const;
