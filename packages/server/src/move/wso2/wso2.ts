import type { MovedItem, Source } from '../source.ts';
import { clientOf, eachOnce } from './clients.ts';
import { deploymentOf } from './deployment.ts';
import { peopleOf } from './people.ts';
import { readFiles } from './read-files.ts';

/**
 * WSO2 Identity Server, 5.9 to 7: applications in every form that it writes them, people by dumps of `UM_USER`, and a
 * `deployment.toml` that is translated and never put in place.
 */
export const wso2: Source = {
  async *read(input) {
    const files = await readFiles(input.files);
    for (const { name, why } of files.left) {
      yield { kind: 'server', name, findings: [{ field: name, outcome: 'lost', why: `The file ${why}.` }] };
    }
    for (const deployment of files.deployments) yield deploymentOf(deployment, input);
    for (const { application, alsoIn } of eachOnce(files.applications)) {
      yield withOthers(clientOf(application, input), application.file, alsoIn);
    }
    yield* peopleOf(files, input);
  },
};

/** Says of a client that stands in several files which of them was taken. */
function withOthers(item: MovedItem, file: string, alsoIn: readonly string[]): MovedItem {
  if (alsoIn.length === 0) return item;
  const why = `It stands in ${alsoIn.join(', ')} as well; ${file} is taken, which says more of it or comes first.`;
  return { ...item, findings: [...item.findings, { field: 'file', outcome: 'changed', why }] };
}
