import type { Reporter, TestModule } from 'vitest/node';

/** Fails a run in which a test was skipped, or none ran: for the tiers whose tests depend on what the machine has. */
export default class NoSkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((found) => found.result().state === 'skipped');
    for (const { fullName } of skipped) process.stderr.write(`skipped, which is a failure here: ${fullName}\n`);
    if (tests.length === 0) process.stderr.write('no test ran, which is a failure here\n');
    if (skipped.length > 0 || tests.length === 0) process.exitCode = 1;
  }
}
