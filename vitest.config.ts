import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** `npm test` is `unit`; the others need real kills, a packed package, a browser, big data or a long night. */
const tiers = {
  process: ['test/process/**/*.test.ts', 'test/**/*.process.test.ts'],
  package: ['test/package/**/*.test.ts'],
  browser: ['test/browser/**/*.test.ts'],
  data: ['test/data/**/*.test.ts'],
  nightly: ['test/nightly/**/*.test.ts', 'test/**/*.nightly.test.ts'],
};

/** The random oracle takes a quarter of all: begun last, as small files are, it would leave one core idle for half a minute. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => moduleId.includes('/test/oracle/');
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    // A test that was left focused would hide all others.
    allowOnly: false,
    // All cores: by default one is kept free, which on a machine of two is half of them.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: Object.values(tiers).flat(),
          testTimeout: 20_000,
        },
      },
      { test: { name: 'process', include: tiers.process, testTimeout: 60_000 } },
      { test: { name: 'package', include: tiers.package, testTimeout: 300_000, hookTimeout: 300_000 } },
      { test: { name: 'browser', include: tiers.browser, testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { name: 'data', include: tiers.data, testTimeout: 600_000, hookTimeout: 600_000 } },
      { test: { name: 'nightly', include: tiers.nightly, testTimeout: 3_600_000, hookTimeout: 3_600_000 } },
    ],
  },
});
