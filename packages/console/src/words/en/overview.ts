/** The first page, and what is broken. */
export const overview = {
  'overview.title': 'Overview',
  'overview.version': 'version {version}',
  'overview.addclient': 'Add a client',
  'overview.welcome': 'Welcome. No client is registered yet.',
  'overview.welcomehint':
    'Give an application a name and its certificate. It gets a client_id, a client_secret, and a curl command that works at once.',
  'overview.addfirst': 'Add the first one',
  'overview.signingkey': 'Signing key',
  'overview.since': 'since {distance}',
  'overview.refusedlately': 'Token requests refused lately',
  'overview.nothingrefused': 'Nothing was refused.',
  'overview.endsnext': 'What ends next',
  'overview.endsnone': 'Nothing that is known will end.',
  'overview.endsall': 'Everything that ends',
  'overview.byend': 'Certificates and keys by days to their end',
  'overview.attention': 'What needs attention',
  'overview.attentioncount': {
    one: '{count} matter needs attention',
    other: '{count} matters need attention',
  },
  'overview.filebroken': '{file} cannot be used',
  'overview.filebrokenhere':
    'What it held before is in force on this node, {node}. Mend the file; it is taken up within seconds.',
  'overview.filebrokenthere': 'What it held before is in force on the node {node}. Mend the file there.',
  'overview.nodemissing': 'The node {node} is missing',
  'overview.nodemissinghint':
    'It was seen last {distance} and did not stop in order. It is missed for a day.',
  'overview.forget': 'Forget',
  'overview.forgetquestion': 'Forget this node?',
  'overview.forgetwhat':
    'It is missed no more, on any node. Should it report itself again, it is known again by itself.',
  'overview.forgotten': '{node} is forgotten.',
  'overview.nodesdiffer': 'Files or settings differ between nodes',
  'overview.seenodes': 'Compare the nodes',
  'overview.restart': 'Changed settings wait for a restart of {node}',
  'overview.unreachablecrl': 'The CRL {location} cannot be renewed',
  'overview.unreachableocsp': 'The OCSP responder {location} does not answer as it should',
  'overview.goodstill': 'What is held is good until {time}.',
  'overview.goodnomore':
    'What is held is outdated since {time}: where a trust group has revocation = "require", its clients are refused.',
  'overview.nothingheld':
    'Nothing is held: where a trust group has revocation = "require", its clients are refused.',
  'overview.tried': 'Last tried {distance}.',
  'overview.seerevocation': 'Revocation',
  'overview.seesettings': 'Settings',
} as const;
