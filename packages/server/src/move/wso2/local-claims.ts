import { ownMember } from '../../own-member.ts';

/** The claims of OIDC Core §5.1 that WSO2's local claims are, by the last part of their URI. */
const BY_CLAIM: Readonly<Record<string, string>> = {
  emailaddress: 'email',
  givenname: 'given_name',
  lastname: 'family_name',
  middleName: 'middle_name',
  fullname: 'name',
  displayName: 'name',
  nickname: 'nickname',
  username: 'preferred_username',
  url: 'website',
  photourl: 'picture',
  gender: 'gender',
  dob: 'birthdate',
  timeZone: 'zoneinfo',
  local: 'locale',
  mobile: 'phone_number',
  telephone: 'phone_number',
  phoneVerified: 'phone_number_verified',
  emailVerified: 'email_verified',
  addresses: 'address',
  country: 'address',
  streetaddress: 'address',
  locality: 'address',
  region: 'address',
  postalcode: 'address',
};

const DIALECT = 'http://wso2.org/claims/';

/** The claim of OIDC Core §5.1 that a local claim is; undefined for any other. */
export function standardClaimOf(uri: string): string | undefined {
  const name = uri.startsWith(DIALECT) ? uri.slice(DIALECT.length) : uri;
  const last = name.slice(name.lastIndexOf('/') + 1);
  return ownMember(BY_CLAIM, last);
}

/** The claims that columns of `UM_USER_ATTRIBUTE` are, by the attribute names of a new installation; texts as they are. */
export const CLAIM_OF_ATTRIBUTE: Readonly<Record<string, string>> = {
  mail: 'email',
  givenName: 'given_name',
  sn: 'family_name',
  middleName: 'middle_name',
  cn: 'name',
  displayName: 'name',
  nickName: 'nickname',
  url: 'website',
  photoUrl: 'picture',
  gender: 'gender',
  dateOfBirth: 'birthdate',
  timeZone: 'zoneinfo',
  localityName: 'address.locality',
  country: 'address.country',
  stateOrProvinceName: 'address.region',
  streetAddress: 'address.street_address',
  postalCode: 'address.postal_code',
  mobile: 'phone_number',
};
