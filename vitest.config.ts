import { defineConfig } from 'vitest/config';

/** Test files say by their name what they need: `x.spec.ts` no I/O, `x.int.spec.ts` real services in-process, `x.e2e.spec.ts` whole processes. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    globalSetup: ['libs/testing/global-setup.ts'],
    include: ['{apps,libs,prisma,test}/**/*.spec.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
