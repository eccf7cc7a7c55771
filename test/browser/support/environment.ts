/** How the tests, which run in processes of their own, learn where the stack is. */
export const environmentNames = {
  workbench: 'FLAGLENS_TEST_WORKBENCH',
  prometheus: 'FLAGLENS_TEST_PROMETHEUS',
} as const;

/** The address of a part of the running stack. */
export function addressOf(part: keyof typeof environmentNames): string {
  const address = process.env[environmentNames[part]];
  if (address === undefined) {
    throw new Error(`${environmentNames[part]} is not set: the tests are started by Playwright with their own config.`);
  }
  return address;
}
