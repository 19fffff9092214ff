import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { ownMember } from '../../own-member.ts';

/** The look of the pages: `[branding]` of the deployment. */
export type Branding = {
  readonly name: string;
  /** An absolute file name; the built-in logo when absent. */
  readonly logo_file?: string | undefined;
  /** `#rrggbb`, of buttons and links in light mode. */
  readonly primary_color: string;
  readonly primary_color_dark: string;
};

const SURFACE = { light: '#ffffff', dark: '#19222c' } as const;
const TEXT = { light: '#1a2330', dark: '#e8eef4' } as const;
/** WCAG 2.2 §1.4.3, level AA. */
const LEAST_CONTRAST = 4.5;

/** Relative luminance of `#rrggbb` (WCAG 2.2, definition). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two colours, 1 to 21 (WCAG 2.2, definition). */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function colours(primary: string, mode: 'light' | 'dark'): string {
  const [white, black] = ['#ffffff', '#000000'];
  const onPrimary = contrast(primary, white) >= contrast(primary, black) ? white : black;
  // An operator's colour may be a fine button and an unreadable link.
  const link = contrast(primary, SURFACE[mode]) >= LEAST_CONTRAST ? primary : TEXT[mode];
  return `--primary:${primary};--on-primary:${onPrimary};--link:${link};--focus:${link}`;
}

/** The rules that bring an operator's colours into the stylesheet, readable whatever they are. */
export function brandingRules({ primary_color, primary_color_dark }: Branding): string {
  return `:root{${colours(primary_color, 'light')}}
@media (prefers-color-scheme:dark){:root{${colours(primary_color_dark, 'dark')}}}
`;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = { '.svg': 'image/svg+xml', '.png': 'image/png' };
const LARGEST_LOGO = 1_000_000;

/** The operator's logo. @returns undefined when there is none, or none that can be shown */
export async function readLogo(
  branding: Branding,
): Promise<{ readonly type: string; readonly body: Buffer } | undefined> {
  const { logo_file } = branding;
  const type = ownMember(MEDIA_TYPES, extname(logo_file ?? '').toLowerCase());
  if (logo_file === undefined || type === undefined) return undefined;
  try {
    const { size } = await stat(logo_file);
    return size > LARGEST_LOGO ? undefined : { type, body: await readFile(logo_file) };
  } catch {
    // A logo is no reason to keep people out; the page shows the name alone.
    return undefined;
  }
}
