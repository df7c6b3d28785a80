import { defineConfig } from 'vitest/config';

/** Test files say by their name what they need: `x.spec.ts` no I/O, `x.int.spec.ts` real services in-process, `x.e2e.spec.ts` whole processes. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    globalSetup: ['libs/testing/global-setup.ts'],
    include: ['{apps,libs,prisma,test}/**/*.spec.ts'],
    // Two at a time, on any machine: most tests wait for processes more than they compute.
    maxWorkers: 2,
    // Files of a worker share the modules they import: reading NestJS and Prisma anew for each took more time than most tests do.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is polled for comes within milliseconds, or seconds where the machine has much else to do.
    expect: { poll: { timeout: 20_000 } },
    restoreMocks: true,
  },
});
