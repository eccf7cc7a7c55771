import { commands } from './commands';
import { main } from './main';

let said: string[];
let complained: string[];

beforeEach(() => {
  said = [];
  complained = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  jest.spyOn(console, 'error').mockImplementation((line: string) => void complained.push(line));
});

afterEach(() => jest.restoreAllMocks());

test('--help lists every command', async () => {
  expect(await main(['--help'])).toBe(0);
  expect([...commands.keys()].filter((name) => !said.join('\n').includes(`  ${name}  `))).toEqual([]);
  expect(complained).toEqual([]);
});

test.each([...commands])('%s --help says how it is called', async (name, { usage }) => {
  expect(await main([name, '--help'])).toBe(0);
  expect(said).toEqual([usage]);
  expect(usage).toMatch(new RegExp(`^flaglens ${name} `));
});

test.each<[string, string[], RegExp]>([
  ['no command', [], /^Name a command\.\n\nflaglens COMMAND/],
  ['another command', ['rule'], /^There is no command rule\.\n\nflaglens COMMAND/],
  ['an option before the command', ['--config', 'rules.yml', 'rules'], /^There is no command --config\./],
  ['what every object has', ['toString'], /^There is no command toString\./],
  ['an unknown option', ['rules', '--colour'], /colour/],
])('%s ends with 2 and the reason', async (_, args, reason) => {
  expect(await main(args)).toBe(2);
  expect(said).toEqual([]);
  expect(complained).toEqual([expect.stringMatching(reason)]);
});
