/**
 * JSON as it came, standing for its value in a result: printing the result (`printing.ts`) puts the bytes into it as they are, so that
 * a page is not parsed on its way through. Whoever treats it as a value gets one: JSON.stringify parses it, by `toJSON`.
 * A class, so that it can be told from every value that JSON has.
 */
export class JsonText {
  #bytes: Uint8Array | undefined;
  readonly #release: (() => void) | undefined;

  /**
   * @param bytes UTF-8 that JSON.parse takes: whoever makes one has checked that, since what is spliced in is not looked at again.
   * @param release takes the memory of the bytes back.
   */
  constructor(bytes: Uint8Array, release?: () => void) {
    this.#bytes = bytes;
    this.#release = release;
  }

  /** @throws where they were given back: what has left is not read again. */
  get bytes(): Uint8Array {
    if (!this.#bytes) throw new Error('The bytes of this JSON were given back and are read once more.');
    return this.#bytes;
  }

  text(): string {
    const { buffer, byteOffset, byteLength } = this.bytes;
    return Buffer.from(buffer, byteOffset, byteLength).toString();
  }

  toJSON(): unknown {
    return JSON.parse(this.text());
  }

  /** Gives the bytes back for another page, when the result has left: only the door knows when that is. */
  release(): void {
    if (this.#bytes) this.#release?.();
    this.#bytes = undefined;
  }
}
