/** Something that the user can put right; the message says how, and is shown without a stack. */
export class UserError extends Error {
  override name = 'UserError';
}
