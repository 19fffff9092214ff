import type { MovedClient, MovedPerson, MovedRecord } from '../src/move/record.ts';
import type {
  Answers,
  ClientAnswer,
  Finding,
  GivenCertificate,
  InputFile,
  MovedItem,
  Source,
} from '../src/move/source.ts';

/** A file with this text. */
export const textFile = (name: string, text: string | Uint8Array): InputFile => ({
  name,
  async *octets() {
    yield Buffer.from(text);
  },
});

export const jsonFile = (name: string, value: unknown): InputFile => textFile(name, JSON.stringify(value));

export type ReadOptions = {
  readonly clients?: Readonly<Record<string, ClientAnswer>>;
  readonly settings?: Answers['settings'];
  readonly certificates?: readonly GivenCertificate[];
};

/** Everything that a source yields of files, and ways to find one thing of it. */
export type ReadItems = {
  readonly all: readonly MovedItem[];
  /** @throws Error where there is none */
  item(kind: MovedItem['kind'], name: string): MovedItem;
  records<Kind extends MovedRecord['kind']>(kind: Kind): readonly Extract<MovedRecord, { kind: Kind }>[];
  /** @throws Error where it does not come over */
  client(client_id: string): MovedClient;
  person(username: string): MovedPerson;
  /** What is told of one thing, those of one field where that is named. */
  told(name: string, field?: string): readonly Finding[];
};

export async function readItems(
  source: Source,
  files: readonly InputFile[],
  { clients = {}, settings = {}, certificates = [] }: ReadOptions = {},
): Promise<ReadItems> {
  const all = await Array.fromAsync(source.read({ files, certificates, answers: { clients, settings } }));
  const item = (kind: MovedItem['kind'], name: string): MovedItem => {
    const found = all.find((each) => each.kind === kind && each.name === name);
    if (!found) throw new Error(`no ${kind} ${name} among ${all.map((each) => each.name).join(', ')}`);
    return found;
  };
  return {
    all,
    item,
    records: <Kind extends MovedRecord['kind']>(kind: Kind) =>
      all
        .map(({ record }) => record)
        .filter((record): record is Extract<MovedRecord, { kind: Kind }> => record?.kind === kind),
    client(client_id) {
      const { record } = item('client', client_id);
      if (record?.kind !== 'client') throw new Error(`${client_id} does not come over`);
      return record;
    },
    person(username) {
      const { record } = item('person', username);
      if (record?.kind !== 'person') throw new Error(`${username} does not come over`);
      return record;
    },
    told: (name, field) =>
      all
        .filter((each) => each.name === name)
        .flatMap(({ findings }) => findings)
        .filter((finding) => field === undefined || finding.field === field),
  };
}
