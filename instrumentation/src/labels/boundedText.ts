/** Characters that are written at most: far more than any label keeps. */
const ENOUGH = 1024;

/**
 * A flag's value as text: text as it is, anything else as JSON that is broken off where it becomes long. A value may
 * have megabytes, and the application waits while it is written.
 */
export function boundedText(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, ENOUGH) : new Writer().write(value).text;
}

class Writer {
  text = '';
  private depth = 0;

  write(value: unknown): this {
    if (typeof value === 'string') {
      this.text += JSON.stringify(value.slice(0, ENOUGH));
    } else if (typeof value !== 'object' || value === null) {
      this.text += String(value);
    } else if (this.depth === 32) {
      // So deep that it is most likely a value that contains itself.
      this.text += '…';
    } else {
      this.depth++;
      if (Array.isArray(value)) {
        this.list(value);
      } else {
        this.object(value);
      }
      this.depth--;
    }
    return this;
  }

  private list(values: readonly unknown[]): void {
    this.text += '[';
    for (let i = 0; i < values.length && this.text.length < ENOUGH; i++) {
      this.text += i === 0 ? '' : ',';
      this.write(values[i]);
    }
    this.text += ']';
  }

  private object(value: object): void {
    this.text += '{';
    let first = true;
    for (const key in value) {
      if (this.text.length >= ENOUGH) {
        break;
      }
      const member: unknown = (value as Record<string, unknown>)[key];
      // As JSON has it: members without a value are left out.
      if (member !== undefined) {
        this.text += `${first ? '' : ','}${JSON.stringify(key.slice(0, ENOUGH))}:`;
        first = false;
        this.write(member);
      }
    }
    this.text += '}';
  }
}
