import { type CollectionTag, LineCounter, parseDocument, type ScalarTag } from 'yaml';
import { UnreadableSource } from '../source.ts';

/** The two Java classes whose tags exports carry. A tag names what a careless reader would make of the node. */
const KNOWN_TAGS = [
  'org.wso2.carbon.identity.application.common.model.ServiceProvider',
  'org.wso2.carbon.identity.oauth.dao.OAuthAppDO',
] as const;

const PREFIX = 'tag:yaml.org,2002:';

const javaClass = (name: string): CollectionTag => ({
  tag: `${PREFIX}${name}`,
  collection: 'map',
  resolve: (map) => map,
});

/** Nothing, as it is written without quotes; every other value is text: a secret of digits is no number. */
const NULL: ScalarTag = {
  tag: `${PREFIX}null`,
  default: true,
  test: /^(?:~|null|Null|NULL)?$/,
  resolve: () => null,
};

/**
 * The one document of a YAML file, as plain values. Of global tags the two of exports are known, and each other is refused;
 * so are anchors, which no export has.
 * @param name of the file, for errors
 * @throws UnreadableSource
 */
export function readYaml(text: string, name: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    customTags: (tags) => [...tags, NULL, ...KNOWN_TAGS.map(javaClass)],
    schema: 'failsafe',
    resolveKnownTags: false,
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    const what =
      problem.code === 'TAG_RESOLVE_FAILED'
        ? `has a tag other than those of ${KNOWN_TAGS.join(' and ')}: ${problem.message}`
        : `is not YAML: ${problem.message}`;
    throw new UnreadableSource(`${name}, line ${line}, column ${col}: ${what}`);
  }
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw new UnreadableSource(`${name}: has anchors and aliases, which no export has`, { cause });
  }
}
