import { errorClass } from './errorClass.js';
import { looksPersonal } from './personalText.js';
import { isUsageError } from './UsageError.js';

/** A line of a stack that says where, and nothing else. */
const FRAME = /^\s+at [^\n]{1,400}:\d+:\d+\)?$/;

/**
 * A failure in words that may go into a log. The message of an error that came from elsewhere is left out, since it may
 * hold whatever was being handled: names, addresses, values. Its class and the place it was thrown at say where to look.
 */
export function describeFailure(error: unknown): string {
  try {
    if (isUsageError(error) && !looksPersonal(error.message)) {
      return error.message;
    }
    const place = error instanceof Error ? placeOf(error) : undefined;
    return place === undefined ? errorClass(error) : `${errorClass(error)} ${place}`;
  } catch {
    return 'an error that cannot be read';
  }
}

function placeOf({ stack, message }: Error): string | undefined {
  // The stack begins with the message, of which a line may look like a place.
  const end = stack === undefined ? -1 : stack.indexOf(message);
  if (stack === undefined || end < 0) {
    return undefined;
  }
  const frame = stack
    .slice(end + message.length)
    .split('\n')
    .find((line) => FRAME.test(line))
    ?.trim();
  return frame === undefined || looksPersonal(frame) ? undefined : frame;
}
