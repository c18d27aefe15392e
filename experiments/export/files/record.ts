/** A record of an image file: fields at fixed places, numbers in one byte order. It knows no format. */
export class FileRecord {
  readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(
    length: number,
    private readonly byteOrder: 'big-endian' | 'little-endian',
  ) {
    this.bytes = new Uint8Array(length);
    this.view = new DataView(this.bytes.buffer);
  }

  u8(at: number, value: number): this {
    this.view.setUint8(at, value);
    return this;
  }

  u16(at: number, value: number): this {
    this.view.setUint16(at, value, this.isLittle);
    return this;
  }

  u32(at: number, value: number): this {
    this.view.setUint32(at, value, this.isLittle);
    return this;
  }

  u64(at: number, value: number | bigint): this {
    this.view.setBigUint64(at, BigInt(value), this.isLittle);
    return this;
  }

  text(at: number, text: string | Uint8Array): this {
    this.bytes.set(typeof text === 'string' ? Buffer.from(text, 'utf8') : text, at);
    return this;
  }

  private get isLittle(): boolean {
    return this.byteOrder === 'little-endian';
  }
}
