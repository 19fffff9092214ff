import type { Certificate } from '../certificate.ts';
import { ATTRIBUTE } from '../distinguished-name/attribute-type.ts';
import { addressText, type GeneralName, printGeneralName } from '../general-name.ts';
import { dnsNameProblem, mailboxParts, uriHost } from '../subject-alternative-name.ts';
import type { PathRefusal } from './path-refusal.ts';

/**
 * Name constraints (RFC 5280 §4.2.1.10, §6.1.3 (b), (c), §6.1.4 (g)). Every certificate authority's
 * constraints are kept as they are and a name must satisfy each, which is what the standard's intersections
 * and unions come to.
 */
export type NameConstraints = NonNullable<Certificate['extensions']['nameConstraints']>;

const lower = (text: string): string => text.toLowerCase();
/** `host` is `domain` or ends in it, at a label. */
const isAtOrBelow = (host: string, domain: string): boolean =>
  domain === '' || lower(host) === lower(domain) || lower(host).endsWith(`.${lower(domain)}`);

const contiguous = (mask: Uint8Array): boolean =>
  /^1*0*$/.test([...mask].map((octet) => octet.toString(2).padStart(8, '0')).join(''));

/** Why a constraint is no constraint of its form; undefined when it is one. */
function constraintProblem(constraint: GeneralName): string | undefined {
  switch (constraint.kind) {
    case 'dns': {
      if (constraint.value === '') return undefined;
      return constraint.value.includes('*') ? 'a wildcard' : dnsNameProblem(constraint.value);
    }
    case 'uri': {
      const host = constraint.value.replace(/^\./, '');
      return host.includes('*') ? 'a wildcard' : dnsNameProblem(host);
    }
    case 'email': {
      if (constraint.value.includes('@')) {
        return mailboxParts(constraint.value) ? undefined : 'no mailbox';
      }
      const host = constraint.value.replace(/^\./, '');
      return host.includes('*') ? 'a wildcard' : dnsNameProblem(host);
    }
    case 'ip':
      return contiguous(constraint.octets.subarray(constraint.octets.length / 2))
        ? undefined
        : 'a mask with gaps';
    default:
      return undefined;
  }
}

/** Refuses a certificate whose own name constraints are not of the forms RFC 5280 defines. */
export function nameConstraintsProblem(
  certificate: Certificate,
  { permitted, excluded }: NameConstraints,
): PathRefusal | undefined {
  for (const constraint of [...permitted, ...excluded]) {
    const problem = constraintProblem(constraint);
    if (problem === undefined) continue;
    return {
      reason: 'malformed-certificate',
      certificate,
      field: 'extensions.nameConstraints',
      expected: 'constraints as RFC 5280 §4.2.1.10 writes them',
      presented: `${printGeneralName(constraint)}: ${problem}`,
    };
  }
  return undefined;
}

/** `bar.example` is a name that `*.example` may be used as. */
const wildcardCovers = (wildcard: string, host: string): boolean =>
  lower(host).replace(/^[^.]+/, '*') === lower(wildcard);

/**
 * Whether a name lies within a constraint of the same kind. A wildcard stands for every name it may be used
 * as: all of them must be permitted, and none excluded (`some`).
 */
function isWithin(name: GeneralName, constraint: GeneralName, wildcards: 'all' | 'some'): boolean {
  if (name.kind === 'directoryName') {
    if (constraint.kind !== 'directoryName') return false;
    if (name.name.isWithin(constraint.name)) return true;
    // Programs take a name for the same whichever end they begin with, so that an excluded one is excluded both ways.
    return (
      wildcards === 'some' &&
      (name.name.reversed().isWithin(constraint.name) || name.name.isWithin(constraint.name.reversed()))
    );
  }
  if (name.kind === 'other' || name.kind === 'unreadable' || constraint.kind !== name.kind) return false;
  switch (name.kind) {
    case 'dns': {
      const { value } = name;
      if (!value.startsWith('*.')) return isAtOrBelow(value, constraint.value);
      return (
        isAtOrBelow(value.slice(2), constraint.value) ||
        (wildcards === 'some' && wildcardCovers(value, constraint.value))
      );
    }
    case 'ip': {
      if (constraint.kind !== 'ip' || constraint.octets.length !== name.octets.length * 2) return false;
      const { octets } = constraint;
      const size = name.octets.length;
      return name.octets.every(
        (octet, index) => ((octet ^ (octets[index] ?? 0)) & (octets[size + index] ?? 0xff)) === 0,
      );
    }
    case 'email': {
      const mailbox = mailboxParts(name.value);
      if (!mailbox) return false;
      const wanted = mailboxParts(constraint.value);
      if (wanted) return mailbox.local === wanted.local && lower(mailbox.domain) === lower(wanted.domain);
      return isHostWithin(mailbox.domain, constraint.value);
    }
    case 'uri': {
      const host = uriHost(name.value);
      return host !== undefined && isHostWithin(host, constraint.value);
    }
  }
}

/** A constraint on hosts: the very host, or with a leading period every host below (never the host itself). */
const isHostWithin = (host: string, constraint: string): boolean =>
  constraint.startsWith('.') ? lower(host).endsWith(lower(constraint)) : lower(host) === lower(constraint);

/** Why a name can be held against no constraint of its kind; undefined when it can. */
function incomparable(name: GeneralName): string | undefined {
  switch (name.kind) {
    case 'other':
      return `the form ${name.form}`;
    case 'dns':
      return dnsNameProblem(name.value, true);
    case 'email':
      return mailboxParts(name.value) ? undefined : 'no mailbox';
    case 'uri': {
      const host = uriHost(name.value);
      if (host === undefined) return 'a URI without a host';
      return dnsNameProblem(host, true);
    }
    default:
      return undefined;
  }
}

const isSameForm = (name: GeneralName, constraint: GeneralName): boolean =>
  name.kind === 'other'
    ? constraint.kind === 'other' && constraint.form === name.form
    : name.kind === constraint.kind;

/**
 * The names of a certificate that constraints apply to, each with its field.
 * @throws MalformedCertificate when there is no telling what names it has
 */
function constrainedNames(certificate: Certificate): { name: GeneralName; field: string }[] {
  const alternatives = certificate.subjectAlternativeNames;
  const names = alternatives.map((name) => ({
    name,
    field: name.kind === 'unreadable' ? name.field : 'extensions.subjectAltName',
  }));
  const { subject } = certificate;
  if (!subject.isEmpty) names.push({ name: { kind: 'directoryName', name: subject }, field: 'subject' });
  if (!alternatives.some(({ kind }) => kind === 'email')) {
    for (const value of subject.valuesOf(ATTRIBUTE.emailAddress)) {
      names.push({ name: { kind: 'email', value }, field: 'subject.emailAddress' });
    }
  }
  return names;
}

const printConstraint = (constraint: GeneralName): string => {
  if (constraint.kind !== 'ip') return printGeneralName(constraint);
  const half = constraint.octets.length / 2;
  return `ip:${addressText(constraint.octets.subarray(0, half))}/${addressText(constraint.octets.subarray(half))}`;
};

const listed = (constraints: readonly GeneralName[]): string =>
  constraints.slice(0, 10).map(printConstraint).join(', ') + (constraints.length > 10 ? ', …' : '');

/**
 * Holds a certificate's subject and alternative names against the constraints of those above it.
 * @param budget how many comparisons may still be made; the number left is given back
 */
export function constrainedNamesProblem(
  certificate: Certificate,
  constraints: readonly NameConstraints[],
  budget: number,
): { refusal: PathRefusal | undefined; budget: number } {
  let left = budget;
  for (const { name, field } of constraints.length === 0 ? [] : constrainedNames(certificate)) {
    const refused = (reason: PathRefusal['reason'], expected: string, presented: string) => ({
      refusal: { reason, certificate, field, expected, presented },
      budget: Math.max(0, left),
    });
    for (const { permitted, excluded } of constraints) {
      // What it names is not known, so it may be anything that any of them keeps out.
      if (name.kind === 'unreadable') {
        const expected = `a name that can be compared with ${listed([...permitted, ...excluded])}`;
        return refused('name-constraint-unsupported', expected, printGeneralName(name));
      }
      left -= permitted.length + excluded.length;
      if (left < 0) {
        const expected = `at most ${budget} comparisons with name constraints`;
        return refused('limit-exceeded', expected, 'more names and constraints');
      }
      const permitting = permitted.filter((constraint) => isSameForm(name, constraint));
      const excluding = excluded.filter((constraint) => isSameForm(name, constraint));
      if (permitting.length === 0 && excluding.length === 0) continue;
      const presented = printGeneralName(name);
      const problem = incomparable(name);
      if (problem !== undefined) {
        const expected = `a name that can be compared with ${listed([...permitting, ...excluding])}`;
        return refused('name-constraint-unsupported', expected, `${presented}: ${problem}`);
      }
      const hit = excluding.find((constraint) => isWithin(name, constraint, 'some'));
      if (hit) return refused('name-excluded', `no name within ${printConstraint(hit)}`, presented);
      if (permitting.length > 0 && !permitting.some((constraint) => isWithin(name, constraint, 'all'))) {
        return refused('name-not-permitted', `a name within ${listed(permitting)}`, presented);
      }
    }
  }
  return { refusal: undefined, budget: left };
}
