import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { brandingRules, contrast, readLogo } from './branding.ts';

const branding = (primary_color: string, primary_color_dark = primary_color) => ({
  name: 'Acme',
  primary_color,
  primary_color_dark,
});

const coloursOf = (rules: string): readonly Readonly<Record<string, string>>[] =>
  Array.from(rules.matchAll(/:root\{([^}]*)\}/g), ([, body = '']) =>
    Object.fromEntries(body.split(';').map((rule) => rule.split(':'))),
  );

test('contrast is that of WCAG', () => {
  assert.equal(contrast('#ffffff', '#000000'), 21);
  assert.equal(contrast('#777777', '#777777'), 1);
  assert.equal(contrast('#ffffff', '#767676').toFixed(2), '4.54');
});

test('whatever colour an operator chooses, buttons and links can be read', () => {
  const colour = fc
    .integer({ min: 0, max: 0xffffff })
    .map((value) => `#${value.toString(16).padStart(6, '0')}`);
  fc.assert(
    fc.property(colour, colour, (light, dark) => {
      const modes = coloursOf(brandingRules(branding(light, dark)));
      assert.equal(modes.length, 2);
      for (const [index, surface] of ['#ffffff', '#19222c'].entries()) {
        const mode = modes[index] ?? {};
        assert.equal(mode['--primary'], [light, dark][index]);
        assert(contrast(mode['--primary'] ?? '', mode['--on-primary'] ?? '') >= 4.5);
        assert(contrast(mode['--link'] ?? '', surface) >= 4.5);
      }
    }),
  );
});

test('a logo is an SVG or PNG file of sensible size; anything else is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-logo-'));
  try {
    const svg = join(folder, 'logo.SVG');
    const text = join(folder, 'secret.txt');
    const large = join(folder, 'large.png');
    await writeFile(svg, '<svg xmlns="http://www.w3.org/2000/svg"/>');
    await writeFile(text, 'secret');
    await writeFile(large, Buffer.alloc(1_000_001));
    assert.equal((await readLogo({ ...branding('#000000'), logo_file: svg }))?.type, 'image/svg+xml');
    for (const logo_file of [undefined, text, large, join(folder, 'absent.svg')]) {
      assert.equal(await readLogo({ ...branding('#000000'), logo_file }), undefined);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
