export {
  type CertificateHeader,
  type CertificateHeaderFormat,
  excerptOf,
  type HeaderRefused,
  type HeaderValues,
  type PresentedHeader,
} from './format.ts';
export {
  CERTIFICATE_HEADER_FORMATS,
  CERTIFICATE_HEADERS,
  type CertificateHeaderFormatName,
  certificateHeaderFormat,
  headerNameProblem,
  UnusableHeaderName,
} from './formats.ts';
