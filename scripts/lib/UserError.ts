/** A failure whose message tells the user what to do; it is shown without a stack. */
export class UserError extends Error {
  override name = 'UserError';
}
