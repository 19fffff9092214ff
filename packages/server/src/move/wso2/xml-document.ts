import { parseXml, XmlDocumentType, XmlElement, XmlError } from '@rgrove/parse-xml';
import { UnreadableSource } from '../source.ts';

/**
 * The root element of an XML document. No document type is taken, so that there are no entities but XML's own five.
 * @param name of the file, for errors
 * @throws UnreadableSource
 */
export function readXml(text: string, name: string): XmlElement {
  try {
    const document = parseXml(text.trim(), { preserveDocumentType: true });
    if (document.children.some((child) => child instanceof XmlDocumentType)) {
      throw new UnreadableSource(
        `${name}: has a document type declaration (<!DOCTYPE …>), which no export has and which is not read`,
      );
    }
    const root = document.root;
    if (root) return root;
    throw new UnreadableSource(`${name}: has no element`);
  } catch (error) {
    if (error instanceof XmlError) {
      // The library's message goes on with an excerpt of the file, which may hold a secret.
      const [what = ''] = error.message.split('\n');
      throw new UnreadableSource(`${name}: is not XML: ${what}`, { cause: error });
    }
    if (error instanceof RangeError) throw new UnreadableSource(`${name}: nests too deep`, { cause: error });
    throw error;
  }
}

/** The elements in an element, in order. */
const elementsIn = (element: XmlElement): readonly XmlElement[] =>
  element.children.filter((child) => child instanceof XmlElement);

/** The elements at the end of a way of names below an element. */
export const elementsAt = (element: XmlElement, ...way: readonly string[]): readonly XmlElement[] =>
  way.reduce<readonly XmlElement[]>(
    (found, name) => found.flatMap((each) => elementsIn(each).filter((child) => child.name === name)),
    [element],
  );

/**
 * What an element says, as JSON would: an element without others in it is its text, and what repeats is a list.
 * @param leftOut names of elements, directly in it, that are not looked at
 */
export function treeOf(element: XmlElement, leftOut: readonly string[] = []): unknown {
  const children = elementsIn(element);
  if (children.length === 0) return element.text;
  const tree = new Map<string, unknown[]>();
  for (const child of children) {
    if (leftOut.includes(child.name)) continue;
    const known = tree.get(child.name);
    if (known) known.push(treeOf(child));
    else tree.set(child.name, [treeOf(child)]);
  }
  return Object.fromEntries(tree);
}
