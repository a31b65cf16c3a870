/**
 * JSON as it came, standing for its value in a result: printing the result (`printing.ts`) puts the bytes into it as they are, so that
 * a page is not parsed on its way through. Whoever treats it as a value gets one: JSON.stringify parses it, by `toJSON`.
 * A class, so that it can be told from every value that JSON has.
 */
export class JsonText {
  /** UTF-8 that JSON.parse takes: whoever makes one has checked that, since what is spliced in is not looked at again. */
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  text(): string {
    const { buffer, byteOffset, byteLength } = this.bytes;
    return Buffer.from(buffer, byteOffset, byteLength).toString();
  }

  toJSON(): unknown {
    return JSON.parse(this.text());
  }
}
