/**
 * Which folder of src may import from which: from those below it, and never in a circle. Types count as well.
 * `npm run lint` checks it; the picture is in ARCHITECTURE.md.
 */
const layers = ['shared', 'client', 'db', 'domain', 'worker', 'graphql', 'server', 'cli'];

const above = (layer) => layers.slice(layers.indexOf(layer) + 1).concat('main\\.ts$');
const inFolders = (...folders) => `^src/(${folders.join('|')})`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: { pathNot: '/generated/' }, to: { circular: true } },
    ...layers.map((layer) => ({
      name: `${layer}-imports-down`,
      severity: 'error',
      from: { path: inFolders(`${layer}/`) },
      to: { path: inFolders(...above(layer).map((folder) => folder.replace(/^\w+$/, '$&/'))) },
    })),
    {
      name: 'shared-database-code-is-engine-neutral',
      comment: 'src/db holds the interfaces; each database engine has a folder of its own.',
      severity: 'error',
      from: { path: '^src/db/[^/]+$' },
      to: { path: '^src/db/sqlite/' },
    },
    {
      name: 'the-command-line-asks-through-documents',
      comment:
        'Commands and their output work the same on a server and on the file: they know the client only.',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: '^src/cli/(connection|operator)/' },
      to: { path: inFolders('db/', 'domain/(?!principal)', 'worker/', 'graphql/', 'server/') },
    },
    {
      name: 'the-client-stands-alone',
      comment: 'Programs outside use it without the rest.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { path: '^src/', pathNot: '^src/client/' },
    },
    {
      name: 'decisions-know-no-database',
      comment: 'Where a task goes is a pure function of the workflow.',
      severity: 'error',
      from: { path: '^src/domain/workflow/' },
      to: { path: '^src/', pathNot: '^src/(domain/workflow|shared)/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
