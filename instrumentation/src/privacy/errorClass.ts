/** What a class may be called; a name that does not look like one may have been composed at run time. */
const CLASS_NAME = /^[A-Za-z_$][\w$]{0,63}$/;

/** What stands for errors that tell nothing of their kind. It is also an OpenFeature error code. */
const UNKNOWN_ERROR = 'GENERAL';

/**
 * The name of the class of whatever was thrown, such as `TypeError`. It says what kind of failure this was without
 * what a message may hold: ids, addresses, names.
 */
export function errorClass(error: unknown): string {
  if (typeof error !== 'object' || error === null) {
    return UNKNOWN_ERROR;
  }
  try {
    // The constructor's name, not the error's: that one is an ordinary property that any code may write a text into.
    const name: unknown = error.constructor.name;
    return typeof name === 'string' && CLASS_NAME.test(name) ? name : UNKNOWN_ERROR;
  } catch {
    return UNKNOWN_ERROR;
  }
}
