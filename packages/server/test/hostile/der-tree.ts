import type { Chance } from './chance.ts';

/** DER as a tree that can be bent: a value that holds others, or one that holds octets. */
export type DerNode = {
  tag: number;
  /** Undefined for a value that holds no others. */
  children: DerNode[] | undefined;
  content: Uint8Array;
  /** How its length is written: as DER has it, in more octets than needed, or not at all (BER). */
  length: 'shortest' | 'padded' | 'indefinite';
};

const CONSTRUCTED = 0x20;
const OCTET_STRING = 0x04;

function readOne(bytes: Uint8Array, from: number): { node: DerNode; end: number } | undefined {
  const [tag, first] = [bytes[from], bytes[from + 1]];
  if (tag === undefined || first === undefined) return undefined;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  let length = first < 0x80 ? first : 0;
  for (let index = 0; index < octets; index++) length = length * 256 + (bytes[from + 2 + index] ?? 0);
  const start = from + 2 + octets;
  if (octets > 3 || start + length > bytes.length) return undefined;
  const content = bytes.subarray(start, start + length);
  const within = (tag & CONSTRUCTED) !== 0 || tag === OCTET_STRING ? readAll(content) : undefined;
  return { node: { tag, children: within, content, length: 'shortest' }, end: start + length };
}

/** The values that stand one after another; undefined when the bytes are something else. */
function readAll(bytes: Uint8Array): DerNode[] | undefined {
  const nodes: DerNode[] = [];
  for (let at = 0; at < bytes.length; ) {
    const read = readOne(bytes, at);
    if (read === undefined) return undefined;
    nodes.push(read.node);
    at = read.end;
  }
  return nodes;
}

/** The tree of one value. @throws TypeError when the bytes are none */
export function derTree(bytes: Uint8Array): DerNode {
  const [node] = readAll(bytes) ?? [];
  if (node === undefined) throw new TypeError('not DER');
  return node;
}

export function encoded(node: DerNode): Uint8Array {
  const content = node.children === undefined ? node.content : Buffer.concat(node.children.map(encoded));
  if (node.length === 'indefinite') {
    return Buffer.concat([Uint8Array.of(node.tag, 0x80), content, Uint8Array.of(0, 0)]);
  }
  const size = content.length;
  const octets = size < 0x100 ? [size] : size < 0x10000 ? [size >> 8, size] : [size >> 16, size >> 8, size];
  const written = node.length === 'padded' ? [0, ...octets] : octets;
  const short = size < 0x80 && node.length === 'shortest';
  return Buffer.concat([
    Uint8Array.of(node.tag),
    Uint8Array.from(short ? [size] : [0x80 | written.length, ...written]),
    content,
  ]);
}

/** A node and where it stands. */
export type Placed = { readonly node: DerNode; readonly parent: DerNode; readonly index: number };

/** Every node below `root` but those within `kept`. */
export function placesIn(root: DerNode, kept: ReadonlySet<DerNode> = new Set()): Placed[] {
  return (root.children ?? []).flatMap((node, index) =>
    kept.has(node) ? [] : [{ node, parent: root, index }, ...placesIn(node, kept)],
  );
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** Contents that some reader once fell over, whatever the type of the value. */
const CONTENTS: readonly Uint8Array[] = [
  new Uint8Array(),
  Uint8Array.of(0),
  Uint8Array.of(0xff),
  Uint8Array.of(0x80),
  Uint8Array.of(0x80, 0, 0, 0, 0),
  Uint8Array.of(7),
  Buffer.alloc(300, 0xff),
  Buffer.alloc(3000, 0x41),
  latin1('20401301000000Z'),
  latin1('99991231235959Z'),
  latin1('00000101000000Z'),
  latin1('20230230120000Z'),
  latin1('2612312359Z'),
  latin1('230101000000+0100'),
  latin1('20260101000000.5Z'),
  latin1('\0'),
  latin1('a\0b'),
  latin1('\r\nSet-Cookie: a=b'),
  latin1('\x1b[2J'),
  Buffer.from('\u202eCN=admin'),
  Buffer.from('Ünïcödé 😀'),
  latin1('\xc3\x28 not utf-8'),
  Uint8Array.of(0xd8, 0x00),
  latin1(', CN=admin'),
  latin1('<script>alert(1)</script>'),
  latin1("' or 1=1 --"),
  latin1('*.example.com'),
  latin1('spiffe://example.org/'),
  latin1('http://[::1'),
  Uint8Array.of(127, 0, 0, 1),
  Uint8Array.of(0x2a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01),
];

/** Contents by the type that may hold them, so that the value around stays readable. */
const FITTING: Readonly<Record<number, readonly Uint8Array[]>> = {
  23: ['491231235959Z', '500101000000Z', '261332000000Z', '2601010000Z', '260101000000+0100', ''].map(latin1),
  24: [
    '20401301000000Z',
    '99991231235959Z',
    '00000101000000Z',
    '20230229120000Z',
    '20260101000000.5Z',
    '20260101000060Z',
  ].map(latin1),
  12: ['', 'a\0b', '\u202eadmin', '😀'.repeat(50), 'x'.repeat(2000), ', CN=admin', '\r\nx: y', '#'].map(
    (text) => Buffer.from(text),
  ),
  6: [Uint8Array.of(0x55, 4, 3), Uint8Array.of(0x55, 4, 10), Uint8Array.of(0x2a, 3, 4), Uint8Array.of(0x80)],
  2: [Uint8Array.of(0), Uint8Array.of(0xff), Buffer.alloc(40, 0x7f), Uint8Array.of(0, 0), new Uint8Array()],
  130: ['a.example', '*.example', 'a..b', '', 'a\0.example', 'x'.repeat(300)].map(latin1),
  134: ['spiffe://example.org/a', 'https://127.0.0.1:1/', 'x', '', 'spiffe://\xfc/'].map(latin1),
  135: [Uint8Array.of(192, 0, 2, 1), Buffer.alloc(16, 1), Uint8Array.of(1), Buffer.alloc(32, 255)],
};

const TAGS = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1c, 0x1e, 0x30, 0x31, 0x80,
  0x82, 0x86, 0x87, 0xa0, 0xa3, 0xa4, 0x1f, 0x00,
] as const;

type Bend = (place: Placed, chance: Chance, all: readonly Placed[]) => void;

const fill = (node: DerNode, content: Uint8Array) => {
  node.children = undefined;
  node.content = content;
};

/** Puts other contents of its own type into a value; into one drawn anew where there are none for it. */
const fit: Bend = (_place, chance, all) => {
  const places = all.filter(({ node }) => FITTING[node.tag] !== undefined);
  if (places.length === 0) return;
  const { node } = chance.pick(places);
  fill(node, chance.pick(FITTING[node.tag] ?? CONTENTS));
};

/** The ways one value is bent. */
const BENDS: readonly Bend[] = [
  ...Array.from({ length: 12 }, () => fit),
  ({ parent, index }) => parent.children?.splice(index, 1),
  ({ parent, index, node }) => parent.children?.splice(index, 0, structuredClone(node)),
  ({ node }, chance) => {
    node.tag = chance.pick(TAGS);
  },
  ({ node }, chance) => fill(node, chance.pick(CONTENTS)),
  ({ node }, chance) => fill(node, chance.pick(CONTENTS)),
  ({ node }, chance) => fill(node, chance.bytes(chance.below(40))),
  ({ node }, chance) => {
    node.length = chance.pick(['padded', 'indefinite'] as const);
  },
  ({ node }, chance) => {
    const flipped = Uint8Array.from(node.children === undefined ? node.content : encoded(node));
    if (flipped.length === 0) return;
    const at = chance.below(flipped.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << chance.below(8));
    fill(node, flipped);
  },
  ({ node }) => {
    if (node.children) node.children = [];
    else node.content = new Uint8Array();
  },
  ({ parent, index }, chance, all) =>
    parent.children?.splice(index, 1, structuredClone(chance.pick(all).node)),
  ({ parent }) => parent.children?.reverse(),
  ({ node }, chance) => {
    const own = node.children;
    if (own?.[0]) for (let count = chance.below(60); count > 0; count--) own.push(structuredClone(own[0]));
  },
];

/** Bends `times` values below `root`, and nothing within `kept`. */
export function bend(root: DerNode, chance: Chance, times: number, kept: ReadonlySet<DerNode>): void {
  for (let time = 0; time < times; time++) {
    const all = placesIn(root, kept);
    if (all.length === 0) return;
    chance.pick(BENDS)(chance.pick(all), chance, all);
  }
}
