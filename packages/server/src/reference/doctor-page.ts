import { FINDINGS } from '../cli/doctor/finding-codes.ts';

const INTRODUCTION = `# What \`doctor\` finds

\`\`\`sh
npx countersign doctor
\`\`\`

looks at a home as a start would, and at what a start does not look at: who can read and write its files, what lies on the
disk beside them, whom it asks over the network, and what the [production guide](production.md) warns of. It changes
nothing: the server may run or not, the home may be read-only, and a database of an earlier version stays as it is. Run it
as the user of the server, after each change, and each day.

Each finding is \`ok\`, a \`warning\`, or \`failed\`:

| outcome | means |
| --- | --- |
| \`failed\` | something does not work, or somebody can get at what is not theirs |
| \`warning\` | it works, and will not for long, or is weaker than it should be |

## In scripts

<!-- not run: what it finds depends on the machine -->
\`\`\`sh
npx countersign doctor --json --offline --fail-on warning
\`\`\`

| exit code | means |
| --- | --- |
| 0 | nothing failed; with \`--fail-on warning\`, and nothing was warned of |
| 1 | something did, or there is no home |
| 2 | called wrongly |

\`--json\` prints a list of objects: \`check\`, \`outcome\`, \`detail\`, and where something is wrong \`code\` and \`remedy\`. The
codes are those [below](#findings): they stay what they are ([what is stable](stability.md)). Texts do not; new codes come
with new versions. Each check ends, whatever it meets: most within seconds, the longest within a minute, and those that ask
others run at once. \`--offline\` asks nothing over the network: no listener, no JWK set, no CRL, no PostgreSQL; for an
ordinary home that takes about a second.

## Two profiles

What is wrong anywhere is told of any home. What a home for others should have, and the home of a first start has not, is
told of a **production** home alone: one whose issuer is not a name of this machine, such as \`localhost\`.
\`--profile production\` and \`--profile development\` say otherwise: use the first in the pipeline that builds a deployment,
where host names are not yet what they will be, and the second for a test system under a name of its own.

## Modes of files

The user of the service is the owner of the home folder. Where that is root and the home is a volume, it is the owner of
\`repository\` in it, or whoever runs \`doctor\`.

- Nobody else may write what the server reads, runs or writes, nor the folders on the way there: failed. Above the home,
  only folders in which everybody can take away what is not theirs count (not \`/tmp\`, whose sticky bit forbids that).
- Nobody else may read the database, backups, \`deployment.toml\` and the files that it refers to by \`$file{…}\`, and whatever
  holds a private key, by its content; trust stores and certificates everybody may. Everybody: failed. A group: a warning,
  unless it is that of the home, root's, or one of the groups of whoever runs \`doctor\` as the user of the service.
- Links are followed: what counts is the file, and every folder on both ways to it.
- On a mount that is read-only nobody writes, whatever modes say. What Kubernetes, Docker and systemd hand in (read-only
  file systems in memory, or files behind \`..data\` as the kubelet writes them) may be readable for all: who sees it is
  decided outside. The group of a volume (\`fsGroup\`) is the service's own.
- Plug-ins that others could have written are not run; nor are those of another user's home, when root runs \`doctor\`.
- Access control lists are not looked at, and on Windows no modes.

## What is not found

What another machine knows: whether a backup was made and restored, whether the audit file leaves the machine, whether the
proxy replaces the certificate's header, whether an authority is one that clients trust. The
[check list](production.md#check-list) has these. Of more than 200 JWK sets a sample is asked, spread over all; an \`ok\`
finding says so.

## Findings
`;

/** The reference of what `countersign doctor` finds, Markdown, each kind with a heading so that it can be linked to. */
export function doctorPage(): string {
  const sections = Object.entries(FINDINGS)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, { what, remedy }]) => `### ${code}\n\n${what}\n\n*What to do:* ${remedy}\n`);
  return [INTRODUCTION, ...sections].join('\n');
}
