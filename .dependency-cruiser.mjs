// Who may import whom (docs/ARCHITECTURE.md). Every rule here has planted violations in test/architecture/boundaries.spec.ts, and a test
// that they are reported. A rule that seems wrong is changed here and argued for in a decision record, never worked around.

/** The bench of a part, which no route shows by itself. */
const measured = '^test/bench/(media/judging|publishing/planner-rounds|events/relay-rounds|webhooks/begun-replay)';

const tests = String.raw`(\.spec\.ts$|^test/|^libs/testing/|\.fixture\.ts$)`;
const anyFeature = '^libs/features/([^/]+)/';

/** A feature and those before it whose index.ts it may import. `events` listens to all. One that is not listed may import none. */
const featuresBefore = {
  accounts: [],
  media: ['accounts'],
  publishing: ['accounts', 'media'],
  stats: ['accounts', 'media', 'publishing'],
  comments: ['accounts'],
  chats: ['accounts'],
  discovery: ['accounts'],
};

const layers = [
  rule('kernel-is-pure', 'The kernel is TypeScript alone: nothing of ours, no package, no I/O. node:crypto is for ids.', {
    from: { path: '^libs/kernel/', pathNot: tests },
    to: { pathNot: ['^libs/kernel/', '^(node:)?crypto$'] },
  }),
  rule('infra-is-below', 'Infra knows techniques, not features or networks.', {
    from: { path: '^libs/infra/', pathNot: tests },
    to: { path: '^libs/(features|networks)/' },
  }),
  rule('port-is-below', 'The port knows no adapter and no feature.', {
    from: { path: '^libs/networks/port/' },
    to: { path: '^libs/(features/|networks/(?!port/))' },
  }),
  rule('adapters-meet-features-at-the-port', 'An adapter imports the port, infra and the kernel.', {
    from: { path: '^libs/networks/(?!port/)' },
    to: { path: '^libs/features/' },
  }),
  rule('libs-never-import-apps', 'Libraries do not know who runs them.', { from: { path: '^(libs|prisma)/' }, to: { path: '^apps/' } }),
  rule('prisma-folder-is-a-tool', 'Migrations need the database and nothing above it.', {
    from: { path: '^prisma/', pathNot: tests },
    to: { path: '^libs/(features|networks|testing)/' },
  }),
  rule('migrations-are-run-from-outside', 'Only processes and tests bring a database to a release.', {
    from: { path: '^libs/', pathNot: tests },
    to: { path: '^prisma/' },
  }),
];

const apps = [
  rule('apps-stand-apart', 'Apps start each other as processes; none imports another.', {
    from: { path: '^apps/([^/]+)/' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  }),
  rule('sandbox-imports-nothing-of-ours', 'The sandbox is a witness: it must not share our mistakes.', {
    from: { path: '^apps/sandbox/' },
    to: { path: '^(libs|prisma|test)/' },
  }),
  rule('nobody-imports-the-sandbox', 'It is started as a process, by tests too.', {
    from: { pathNot: '^apps/' },
    to: { path: '^apps/sandbox/' },
  }),
];

const features = [
  rule('features-know-only-the-port', 'A feature asks for a capability; it never knows a network.', {
    from: { path: '^libs/features/', pathNot: tests },
    to: { path: '^libs/networks/(?!port/)' },
  }),
  rule('adapters-are-composed-in-one-place', 'Only networks.module.ts knows which networks there are.', {
    from: { path: '^libs/networks/([^/]+)/' },
    to: { path: '^libs/networks/(?!port/)[^/]+/', pathNot: '^libs/networks/$1/' },
  }),
  rule('adapters-are-composed-in-one-place', 'Only networks.module.ts knows which networks there are.', {
    from: { pathNot: ['^libs/networks/[^/]+/', String.raw`^libs/networks/networks\.module\.ts$`, measured] },
    to: { path: '^libs/networks/(?!port/)[^/]+/' },
  }),
  rule('features-meet-at-the-index', "Another feature's files are its own business: import its index.ts.", {
    from: { path: anyFeature },
    to: { path: String.raw`^libs/features/[^/]+/(?!index\.ts$)`, pathNot: '^libs/features/$1/' },
  }),
  rule('features-meet-at-the-index', "A feature's files are its own business: import its index.ts.", {
    from: { pathNot: ['^libs/features/', measured] },
    to: { path: String.raw`^libs/features/[^/]+/(?!index\.ts$)` },
  }),
  rule('events-is-imported-by-none', 'It listens. Whoever imported it would call it for its side effects.', {
    from: { path: '^libs/', pathNot: '^libs/features/events/' },
    to: { path: '^libs/features/events/' },
  }),
  ...Object.entries(featuresBefore).map(([name, before]) =>
    rule('features-in-order', 'accounts ← media ← publishing ← stats; accounts ← comments, chats, discovery', {
      from: { path: `^libs/features/${name}/` },
      to: { path: '^libs/features/', pathNot: `^libs/features/(${[name, ...before].join('|')})/` },
    }),
  ),
  rule('features-in-order', 'A new feature gets its place in featuresBefore first.', {
    from: { path: `^libs/features/(?!(${[...Object.keys(featuresBefore), 'events'].join('|')})/)([^/]+)/` },
    to: { path: '^libs/features/', pathNot: '^libs/features/$2/' },
  }),
];

const techniques = [
  rule('database-only-in-repositories', 'SQL lives in *.repository.ts; *.mapper.ts knows its rows; the unit of work begins and ends transactions.', {
    from: { pathNot: ['^libs/infra/database/', String.raw`\.(repository|mapper|module|int\.spec|fixture)\.ts$`, String.raw`^libs/(features/accounts/accounts-admin|infra/writes/unit-of-work)\.ts$`] },
    to: { path: String.raw`^libs/infra/database/database\.ts$` },
  }),
  rule('generated-client-stays-inside', 'Import #infra/database/database.', {
    from: { pathNot: '^libs/infra/database/' },
    to: { path: '^libs/infra/database/generated/' },
  }),
  onlyIn('prisma-only-in-database', '^(libs/infra/database/|prisma/|prisma\\.config\\.ts$)', '(@prisma|prisma)'),
  onlyIn('queue-engine-only-in-infra-queue', `^libs/infra/queue/|${tests}`, '(bullmq|ioredis|@nestjs/bullmq)'),
  onlyIn('axios-only-in-adapters', '^libs/networks/(?!port/)[^/]+/|^test/bench/publishing/publish-floor', 'axios'),
  onlyIn('undici-only-behind-the-egress-guard', `^libs/infra/http/|${tests}`, 'undici'),
];

const hygiene = [
  rule('no-cycle', 'Two files that need each other are one idea, or three.', {
    from: { pathNot: '^libs/infra/database/generated/' },
    to: { circular: true },
  }),
  rule('tests-are-not-for-production', 'What production needs is not test code.', {
    from: { pathNot: [tests, String.raw`^vitest\.config\.ts$`] },
    to: { path: String.raw`(^libs/testing/|^test/|\.fixture\.ts$)` },
  }),
  rule('nobody-imports-a-spec', 'What two tests share belongs into libs/testing.', { from: {}, to: { path: String.raw`\.spec\.ts$` } }),
  rule('no-dev-dependency-in-production', 'An installation without dev dependencies must run.', {
    from: { path: '^(apps|libs|prisma)/', pathNot: tests },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  }),
  rule('everything-resolves', 'An import that cannot be resolved escapes every other rule.', { from: {}, to: { couldNotResolve: true } }),
];

function rule(name, comment, { from, to }) {
  return { name, comment, severity: 'error', from, to };
}

function onlyIn(name, allowed, packages) {
  return rule(name, 'One technique, one folder.', { from: { pathNot: allowed }, to: { path: `(^|/)node_modules/${packages}(/|$)` } });
}

export default {
  forbidden: [...layers, ...apps, ...features, ...techniques, ...hygiene],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types are architecture too: an import that is erased still couples.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'types', 'node', 'default'], exportsFields: ['exports'] },
  },
};
