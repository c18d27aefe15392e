/**
 * The one error a user is meant to read: unusable input.
 *
 * It says what was found, where it stands (a file with its line, an option, a config path), and what is expected.
 * The command line prints `message` on one line and exits with status 2; every other error is a defect of ours.
 */
export class InputError extends Error {
  override readonly name = 'InputError';

  /**
   * @param where file:line, option or config path, e.g. `trace.csv:17` or `--cluster`
   * @param found what stood there, e.g. `"64kk"`
   * @param expected what would have been right, e.g. `a size such as 64KiB`
   */
  constructor(
    readonly where: string,
    readonly found: string,
    readonly expected: string,
  ) {
    super(`${where}: found ${found}, expected ${expected}`);
  }
}
