/**
 * Says how far a long command is, on standard error: one line that is redrawn on a terminal, a plain line now and then elsewhere.
 * Nothing is said in the first two seconds, so short commands stay silent.
 */
const silentMs = 2000;
const redrawMs = 200;
const plainMs = 10_000;

export class Progress {
  private readonly started = performance.now();
  private drawn = 0;
  private hasDrawn = false;
  private readonly isTerminal = process.stderr.isTTY;

  /** @param what what is being done, e.g. `replaying qcow2-0.12` */
  constructor(private what: string) {}

  /** @param share of the work that is done, 0..1 */
  update(share: number, what = this.what): void {
    this.what = what;
    const now = performance.now();
    const elapsed = now - this.started;
    if (elapsed < silentMs || now - this.drawn < (this.isTerminal ? redrawMs : plainMs)) return;
    this.drawn = now;
    this.hasDrawn = true;
    const left = share > 0.01 ? `, ${formatSeconds(((elapsed / share) * (1 - share)) / 1000)} left` : '';
    const line = `${this.what}: ${(share * 100).toFixed(0)} %${left}`;
    process.stderr.write(this.isTerminal ? `\r${line}\u001b[K` : `${line}\n`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.hasDrawn && this.isTerminal) process.stderr.write('\r\u001b[K');
  }
}

function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return `${Math.ceil(seconds / 60)} min`;
}
