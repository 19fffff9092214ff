import { Enums, Models, Serialize, SPDX, Spec } from '@cyclonedx/cyclonedx-library';
import type { Part } from './third-party-notices.ts';

function component({ name, version, license }: Part, type = Enums.ComponentType.Library): Models.Component {
  const [, scope, own = name] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  const group = scope === undefined ? '' : `${encodeURIComponent(scope)}/`;
  const purl = `pkg:npm/${group}${own}@${version}`;
  const made = new Models.Component(type, own, {
    ...(scope !== undefined && { group: scope }),
    version,
    purl,
    bomRef: purl,
  });
  made.licenses.add(
    SPDX.isSupportedSpdxId(license) ? new Models.SpdxLicense(license) : new Models.LicenseExpression(license),
  );
  return made;
}

/**
 * What something published is made of, as CycloneDX 1.6 says it. It has neither a serial number nor a time, so that the
 * same parts give the same bytes.
 * @param published the thing itself
 * @param parts the packages whose code is in it
 * @param node the version of the Node.js in it, if there is one
 * @returns JSON
 */
export function softwareBillOfMaterials(published: Part, parts: readonly Part[], node?: string): string {
  const bom = new Models.Bom();
  const subject = component(published, Enums.ComponentType.Application);
  bom.metadata.component = subject;
  const components = parts.map((part) => component(part));
  if (node !== undefined) {
    const runtime = new Models.Component(Enums.ComponentType.Platform, 'node', {
      version: node,
      bomRef: `node@${node}`,
      cpe: `cpe:2.3:a:nodejs:node.js:${node}:*:*:*:*:*:*:*`,
    });
    components.push(runtime);
  }
  for (const each of components) {
    bom.components.add(each);
    subject.dependencies.add(each.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}
