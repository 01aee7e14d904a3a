/** A text file that cannot be read: where, and what is wrong, never with a value of the data. */
export class TextTrouble extends Error {
  readonly line: number | null;
  constructor(line: number | null, message: string, options?: ErrorOptions) {
    super(line === null ? message : `line ${line}: ${message}`, options);
    this.name = 'TextTrouble';
    this.line = line;
  }
}

/** Data that is well-formed, but has no exact form in the engine. */
export class TextUnsupported extends TextTrouble {}
