/** Prints failures in full, skips with their reason, and one closing line: `N passed, N failed, N skipped`. */
import Mocha from 'mocha';

export default class ClosingLineReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const failures: { title: string; error: unknown }[] = [];
    let passed = 0;
    let skipped = 0;
    const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END, EVENT_SUITE_BEGIN } = Mocha.Runner.constants;
    runner.on(EVENT_SUITE_BEGIN, (suite) => {
      if (suite.parent?.root === true) process.stdout.write(`${suite.title}\n`);
    });
    runner.on(EVENT_TEST_PASS, () => (passed += 1));
    runner.on(EVENT_TEST_PENDING, (test) => {
      skipped += 1;
      process.stdout.write(`  skipped: ${test.fullTitle()}\n`);
    });
    runner.on(EVENT_TEST_FAIL, (test, error: unknown) => {
      failures.push({ title: test.fullTitle(), error });
      process.stdout.write(`  FAILED: ${test.fullTitle()}\n`);
    });
    runner.on(EVENT_RUN_END, () => {
      for (const { title, error } of failures) {
        process.stdout.write(`\n${title}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      }
      process.stdout.write(`\n${passed} passed, ${failures.length} failed, ${skipped} skipped\n`);
    });
  }
}
