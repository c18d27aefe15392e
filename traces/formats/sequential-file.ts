/** A file that is written front to back through a buffer, for writers of trace formats. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { onFile } from '../../sim/system-errors.js';

const bufferBytes = 1 << 18;
const textBytesMax = 1 << 10;

export class SequentialFile {
  private file: number | null;
  private readonly buffer = Buffer.alloc(bufferBytes);
  private used = 0;

  /**
   * Makes the file anew. Throws InputError where it cannot be written.
   * @param path where it is written
   * @param name what errors call it, where it gets another name at the end
   */
  constructor(
    path: string,
    readonly name = path,
  ) {
    this.file = onFile(this.name, () => openSync(path, 'w'));
  }

  /** Appends a line or so of ASCII text. */
  writeText(text: string): void {
    if (text.length > textBytesMax) throw new Error(`a text of ${text.length} bytes`);
    if (this.used + text.length > bufferBytes) this.flush();
    this.used += this.buffer.write(text, this.used, 'latin1');
  }

  /** Appends a few bytes, through the buffer. */
  append(bytes: Uint8Array): void {
    if (this.used + bytes.length > bufferBytes) this.flush();
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
  }

  writeBytes(bytes: Uint8Array): void {
    this.flush();
    this.writeAll(bytes, null);
  }

  /** Overwrites what was written at `position`. */
  patch(position: number, bytes: Uint8Array): void {
    this.flush();
    this.writeAll(bytes, position);
  }

  flush(): void {
    this.writeAll(this.buffer.subarray(0, this.used), null);
    this.used = 0;
  }

  /** Lets go of the file; what was not flushed is lost. May be called more than once. */
  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }

  private writeAll(bytes: Uint8Array, position: number | null): void {
    let done = 0;
    while (done < bytes.length) {
      const at = position === null ? null : position + done;
      done += onFile(this.name, () => writeSync(this.file!, bytes, done, bytes.length - done, at));
    }
  }
}
