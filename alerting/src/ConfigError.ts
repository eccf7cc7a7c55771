/** A config that no rules can be made from; the message says which field and what to do, and is shown without a stack. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}
