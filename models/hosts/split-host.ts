/** A host whose files lie in two places: some files of an image on one host, the others on another. */
import type { Host, HostIo } from '../io/host-io.js';

export class SplitHost implements Host {
  /** @param isElsewhere by FileId; files without an entry are here */
  constructor(
    private readonly here: Host,
    private readonly elsewhere: Host,
    private readonly isElsewhere: readonly boolean[],
  ) {}

  submit(io: HostIo): void {
    (this.isElsewhere[io.file] === true ? this.elsewhere : this.here).submit(io);
  }
}
