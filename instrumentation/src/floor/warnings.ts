/** Tells the application's developer of something, where no other way was given. */
export function warnProcess(message: string): void {
  process.emitWarning(message, 'FlaglensWarning');
}

/** Tells each message once. A listener that throws must not reach the application, and there is nobody else to tell. */
export function quietly(onWarning: (message: string) => void): (message: string) => void {
  const given = new Set<string>();
  return (message) => {
    if (given.has(message)) {
      return;
    }
    given.add(message);
    try {
      onWarning(message);
    } catch {
      return;
    }
  };
}
