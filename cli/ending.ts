/** What a command ends with. Scripts switch on these, so they do not change. */
export const exitCodes = {
  ok: 0,
  /** What was asked for failed: the invocation, the pull, the check. */
  failed: 1,
  /** The command line, or a file that it names, is wrong. Nothing was sent. */
  usage: 2,
  /** No connector was found, or it does not answer. */
  unreachable: 3,
  /** Some of many failed: lines of a batch, stored invocations. */
  partly: 4,
  /** It took too long: what is missing may still come. */
  late: 5,
  interrupted: 130,
} as const;

type Ending = keyof typeof exitCodes;

/** Ends a command with a sentence for the person who typed it. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly ending: Ending;

  constructor(ending: Ending, message: string) {
    super(message);
    this.ending = ending;
  }
}

export const usageError = (message: string): CommandFailed => new CommandFailed('usage', message);
