import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { auditKeyOf } from '../event/audit-chain.ts';
import { auditFiles, linesOf } from '../event/audit-rotation.ts';
import { type AuditReport, verifyAuditFiles } from '../event/audit-verification.ts';
import { type GlobalOptions, print, UsageError, withGlobalOptions, withOpenHome } from './run-command.ts';
import { atHomeOnly } from './server-option.ts';
import { timeOption } from './time-option.ts';

type VerifyOptions = GlobalOptions & { readonly since?: string };

function linesOfReport({ files, chains, lines, fragments, findings }: AuditReport): string[] {
  return [
    ...findings.map(({ what, file, line, chain, writer, message }) =>
      [
        what.toUpperCase(),
        ...(file === undefined ? [] : [`${file}:${line}`]),
        ...(chain === undefined ? [] : [`chain ${chain}${writer === undefined ? '' : ` (${writer})`}`]),
        message,
      ].join('  '),
    ),
    ...files
      .filter(({ before_chains }) => before_chains > 0)
      .map(
        ({ file, before_chains }) => `${file}: ${before_chains} lines before the first chain, not verified`,
      ),
    ...(fragments.length > 0
      ? [`${fragments.length} half lines, left by a full disk or a killed process`]
      : []),
    `${lines} lines of ${chains} chains in ${files.length} files: ${findings.length === 0 ? 'whole and unchanged' : `${findings.length} findings`}`,
  ];
}

/** `countersign audit …`: the audit file. */
export function auditCommand(): Command {
  const audit = new Command('audit');
  atHomeOnly(
    withGlobalOptions(audit.command('verify [files...]'), 'audit verify --since 90d'),
    'it reads audit files, which no server hands out',
  )
    .description(
      'whether the audit file and its rotated files are whole and unchanged; files that were taken elsewhere can be named',
    )
    .option('--since <time>', 'do not miss files that ended before: a date, or how long ago such as 90d')
    .action((named: readonly string[], options: VerifyOptions) =>
      withOpenHome(options, async ({ storage, configuration, clock }) => {
        const { logging, encryption } = configuration.atStart;
        const since = options.since === undefined ? undefined : timeOption('--since', options.since, clock());
        for (const file of named) {
          await access(file).catch(() => {
            throw new UsageError(`there is no file ${file}`);
          });
        }
        // Read before the files: what is written meanwhile is beyond the heads, not missing.
        const [heads, cuts] = [await storage.audit.heads(), await storage.audit.cuts()];
        const files = new Set([
          ...(await auditFiles(logging.audit_file)),
          ...named.map((file) => resolve(file)),
        ]);
        const report = await verifyAuditFiles({
          key: auditKeyOf(encryption.key),
          files: Array.from(files, (file) => ({ file, lines: linesOf(file) })),
          heads,
          cuts,
          since,
        });
        print(options, report, linesOfReport(report));
        if (report.findings.length > 0) process.exitCode = 1;
      }),
    );
  return audit;
}
