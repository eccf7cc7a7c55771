/** Seconds since the program began. */
function elapsed(): string {
  return `${process.uptime().toFixed(0).padStart(4)} s`;
}

/** Prints a line of progress with the time since the start. */
export function say(message: string): void {
  console.log(`[${elapsed()}] ${message}`);
}

/** Announces a step, runs it, and says how long it took. A step that answers false had nothing to do. */
export async function step(title: string, run: () => Promise<boolean>): Promise<void> {
  const begun = performance.now();
  const beat = setInterval(() => say(`${title}: still at it`), 30_000);
  try {
    const ran = await run();
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    say(ran ? `${title}: done in ${seconds} s` : `${title}: up to date`);
  } finally {
    clearInterval(beat);
  }
}
