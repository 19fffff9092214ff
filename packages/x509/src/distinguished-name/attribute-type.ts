/** The OIDs that decisions are made on, by keyword. */
export const ATTRIBUTE = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  GN: '2.5.4.42',
  SN: '2.5.4.4',
  serialNumber: '2.5.4.5',
  dnQualifier: '2.5.4.46',
  UID: '0.9.2342.19200300.100.1.1',
  DC: '0.9.2342.19200300.100.1.25',
  emailAddress: '1.2.840.113549.1.9.1',
} as const;

/**
 * The attribute types of distinguished names. The first keyword of a row is the one printed; all are read,
 * in any case. Sources: RFC 4514 §3 and RFC 4519, X.520, PKCS #9, the EV guidelines, and the names that
 * openssl, Java and Windows print.
 */
const ATTRIBUTE_TYPES: readonly (readonly [oid: string, ...keywords: string[]])[] = [
  [ATTRIBUTE.CN, 'CN', 'commonName'],
  [ATTRIBUTE.SN, 'SN', 'surname'],
  [ATTRIBUTE.serialNumber, 'serialNumber'],
  [ATTRIBUTE.C, 'C', 'countryName'],
  [ATTRIBUTE.L, 'L', 'localityName'],
  [ATTRIBUTE.ST, 'ST', 'S', 'SP', 'stateOrProvinceName'],
  ['2.5.4.9', 'STREET', 'streetAddress'],
  [ATTRIBUTE.O, 'O', 'organizationName'],
  [ATTRIBUTE.OU, 'OU', 'organizationalUnitName'],
  ['2.5.4.12', 'title', 'T'],
  ['2.5.4.13', 'description'],
  ['2.5.4.15', 'businessCategory'],
  ['2.5.4.16', 'postalAddress'],
  ['2.5.4.17', 'postalCode'],
  ['2.5.4.18', 'postOfficeBox'],
  ['2.5.4.20', 'telephoneNumber'],
  ['2.5.4.41', 'name'],
  [ATTRIBUTE.GN, 'GN', 'G', 'givenName'],
  ['2.5.4.43', 'initials', 'I'],
  ['2.5.4.44', 'generationQualifier', 'GENERATION'],
  ['2.5.4.45', 'x500UniqueIdentifier', 'uniqueIdentifier'],
  [ATTRIBUTE.dnQualifier, 'dnQualifier', 'DNQ'],
  ['2.5.4.51', 'houseIdentifier'],
  ['2.5.4.54', 'dmdName'],
  ['2.5.4.65', 'pseudonym'],
  ['2.5.4.72', 'role'],
  ['2.5.4.97', 'organizationIdentifier'],
  [ATTRIBUTE.UID, 'UID', 'userId'],
  ['0.9.2342.19200300.100.1.3', 'mail', 'rfc822Mailbox'],
  [ATTRIBUTE.DC, 'DC', 'domainComponent'],
  [ATTRIBUTE.emailAddress, 'emailAddress', 'E', 'email'],
  ['1.2.840.113549.1.9.2', 'unstructuredName'],
  ['1.2.840.113549.1.9.8', 'unstructuredAddress'],
  [
    '1.3.6.1.4.1.311.60.2.1.1',
    'jurisdictionL',
    'jurisdictionLocalityName',
    'jurisdictionOfIncorporationLocalityName',
  ],
  [
    '1.3.6.1.4.1.311.60.2.1.2',
    'jurisdictionST',
    'jurisdictionS',
    'jurisdictionStateOrProvinceName',
    'jurisdictionOfIncorporationStateOrProvinceName',
  ],
  [
    '1.3.6.1.4.1.311.60.2.1.3',
    'jurisdictionC',
    'jurisdictionCountryName',
    'jurisdictionOfIncorporationCountryName',
  ],
];

const BY_KEYWORD = new Map(
  ATTRIBUTE_TYPES.flatMap(([oid, ...keywords]) =>
    keywords.map((keyword) => [keyword.toLowerCase(), oid] as const),
  ),
);
const PRINTED = new Map(ATTRIBUTE_TYPES.map(([oid, keyword]) => [oid, keyword]));

const DOTTED = /^(?:oid\.)?([0-2](?:\.(?:0|[1-9]\d{0,38})){1,40})$/i;

/** The dotted OID that a keyword, a dotted OID or `OID.` and a dotted OID means; undefined when unknown. */
export function attributeTypeOf(text: string): string | undefined {
  return BY_KEYWORD.get(text.toLowerCase()) ?? DOTTED.exec(text)?.[1];
}

/** The keyword that a type is printed with; undefined for one without, which is printed dotted. */
export const keywordOf = (oid: string): string | undefined => PRINTED.get(oid);
