/** One command of `flaglens`. */
export interface Command {
  /** What it does, in one line. */
  summary: string;
  /** How it is called, with every option. */
  usage: string;
  /**
   * Runs it on what follows its name.
   *
   * @returns the exit code
   * @throws UserError, or an error of parseArgs, where it cannot be done: `main` shows the message and exits with 2
   */
  run: (args: readonly string[]) => number | Promise<number>;
}
